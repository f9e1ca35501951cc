<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** From one release to another: the files that a customization of them is merged for. */
final class Jump
{
    private const RENAMED = ['etc/ce-to-ce/' => 'etc/opensource-to-opensource/', 'etc/ce-to-ee/' => 'etc/opensource-to-commerce/', 'etc/ee-to-ee/' => 'etc/commerce-to-commerce/'];

    /** @var array<string, string> */
    public array $base = [];

    /** @var array<string, string> */
    public array $theirs = [];

    /** @var array<string, string> where the release has what the edits are about, by the old path; only what it changed */
    public array $changed = [];

    /** Did directories move? */
    public bool $moved = false;

    /** @param int $versions how many of an edition's directories for versions of Magento 1; 0: all */
    public function __construct(Repository $repository, public readonly string $from, public readonly string $to, int $versions)
    {
        $old = $repository->files($from);
        $new = $repository->files($to);
        $sample = self::sample($old, $new, $versions);
        foreach ($old as $path => $blob) {
            $to = self::moved($path, $new);
            $this->moved = $this->moved || $to !== $path;
            if (isset($new[$to]) && $new[$to] !== $blob && self::isEditable($path) && self::isSampled($path, $sample)) {
                $this->changed[$path] = $to;
            }
        }
        foreach ([[$old, &$this->base, array_keys($this->changed)], [$new, &$this->theirs, $this->changed]] as [$blobs, &$files, $wanted]) {
            foreach ($blobs as $path => $blob) {
                if (in_array($path, $wanted, true) || str_ends_with($path, '.xsd') || ($this->moved && self::isSampled($path, $sample))) {
                    $files[$path] = $repository->text($blob);
                }
            }
        }
    }

    public function label(): string
    {
        return "$this->from to $this->to";
    }

    /** @param array<string, string> $new */
    public static function moved(string $path, array $new): string
    {
        $to = strtr($path, self::RENAMED);

        return isset($new[$path]) || !isset($new[$to]) ? $path : $to;
    }

    private static function isEditable(string $path): bool
    {
        return str_ends_with($path, '.xml.dist') || (str_ends_with($path, '.php') && str_starts_with($path, 'src/'));
    }

    private static function directory(string $path): ?string
    {
        return preg_match('~^etc/[^/]+/\d[^/]*(?=/)~', $path, $found) === 1 ? $found[0] : null;
    }

    /** @param array<string, true> $sample */
    private static function isSampled(string $path, array $sample): bool
    {
        $directory = self::directory($path);

        return $directory === null || isset($sample[strtr("$directory/", self::RENAMED)]);
    }

    /**
     * Of each edition the versions that both releases have: so many of them, evenly, with the first and the last.
     *
     * @param array<string, string> $old
     * @param array<string, string> $new
     * @return array<string, true> directories, as they are called today
     */
    private static function sample(array $old, array $new, int $versions): array
    {
        $found = [[], []];
        foreach ([$old, $new] as $side => $files) {
            foreach (array_keys($files) as $path) {
                $directory = self::directory($path);
                if ($directory !== null) {
                    $found[$side][strtr("$directory/", self::RENAMED)] = true;
                }
            }
        }
        $editions = [];
        foreach (array_keys(array_intersect_key($found[0], $found[1])) as $directory) {
            $editions[dirname($directory)][] = $directory;
        }
        $sample = [];
        foreach ($editions as $directories) {
            natsort($directories);
            $directories = array_values($directories);
            $last = count($directories) - 1;
            $step = $versions === 0 || $last < $versions ? 1 : $last / ($versions - 1);
            for ($at = 0.0; $at <= $last + 0.001; $at += $step) {
                $sample[$directories[(int) round($at)]] = true;
            }
        }

        return $sample;
    }
}
