<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\Merge;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** From which file of a release a copy was made: by name, by place, and by what they have in common. */
final class Origins
{
    /** Of 1,000: with less in common a file is no copy of one of its name, or of another name. */
    private const LEAST = 400;
    private const LEAST_RENAMED = 600;
    /** What each common part at the end of both paths counts beside that: the versions of Magento 1 are much alike. */
    private const PART = 40;
    /** What the configuration of the same origin names for the same option. */
    private const NAMED = 100;

    /** @var ?list<string> */
    private ?array $files = null;

    /** @param string $release absolute path of an unpacked release */
    public function __construct(private readonly string $release)
    {
    }

    /**
     * Configurations first: what they were made from tells what their options named.
     *
     * @param list<ModuleFile> $files
     * @return array<string, ?string> path => file of the release
     */
    public function all(Shop $shop, array $files): array
    {
        $found = [];
        foreach ([true, false] as $configurations) {
            foreach ($files as $file) {
                if (($file->option === ModuleFile::CONFIG) === $configurations) {
                    $config = $found[$file->config] ?? null;
                    $hint = $configurations ? ToolConfig::read($shop->path($file->path))?->shipped : ($config === null ? null : $this->named($config, $file->option));
                    $found[$file->path] = $this->of($shop->path($file->path), $file->path, $hint);
                }
            }
        }

        return $found;
    }

    /**
     * @param string  $copy absolute path
     * @param string  $path by which its place is told
     * @param ?string $hint a file of the release that comes first
     * @return ?string relative to the release
     */
    public function of(string $copy, string $path, ?string $hint = null): ?string
    {
        $name = self::bare(basename($path));
        $candidates = array_values(array_filter($this->files(), static fn (string $file): bool => self::bare(basename($file)) === $name || $file === $hint));

        return $this->best($copy, $path, $hint, $candidates, self::LEAST) ?? $this->best($copy, $path, $hint, $this->files(), self::LEAST_RENAMED);
    }

    /** What a configuration of the release names for an option, if it is there. */
    public function named(string $config, string $option): ?string
    {
        $path = ToolConfig::read($this->release . '/' . $config)->files[$option]['value'] ?? null;

        return $path !== null && is_file($this->release . '/' . $path) ? $path : null;
    }

    /** @param list<string> $candidates */
    private function best(string $copy, string $path, ?string $hint, array $candidates, int $least): ?string
    {
        $best = null;
        $most = 0;
        foreach (Merge::similar($copy, $this->release, $candidates) as $index => $share) {
            $file = $candidates[$index];
            $points = $share + self::PART * self::commonParts($path, $file) + ($file === $hint ? self::NAMED : 0);
            if ($share >= $least && $points > $most) {
                [$best, $most] = [$file, $points];
            }
        }

        return $best;
    }

    /** @return list<string> */
    private function files(): array
    {
        return $this->files ??= array_map(
            static fn (string $file): string => 'etc/' . $file,
            array_values(array_filter(Files::below($this->release . '/etc'), static fn (string $file): bool => preg_match('~\.xml(?:\.dist)?$~D', $file) === 1)),
        );
    }

    private static function commonParts(string $left, string $right): int
    {
        $l = array_reverse(explode('/', self::bare($left)));
        $r = array_reverse(explode('/', self::bare($right)));
        $count = 0;
        while (isset($l[$count], $r[$count]) && $l[$count] === $r[$count]) {
            $count++;
        }

        return $count;
    }

    private static function bare(string $path): string
    {
        return str_ends_with($path, '.dist') ? substr($path, 0, -5) : $path;
    }
}
