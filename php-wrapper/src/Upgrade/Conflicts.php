<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Conflicts\Conflict;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Tree;

/** A directory of conflicts, such as var/lockstep/conflicts/<id>: what an earlier run left and the user resolved is taken, what is new goes to a new one. */
final class Conflicts
{
    private const ABOUT = 'lockstep.json';
    private const MODULES = '/modules';
    /** "~": where another file in conflict has the name itself. */
    private const SIDES = ['.base', '.mine', '.theirs', '.base~', '.mine~', '.theirs~'];

    /** @var list<Conflict> */
    private array $open = [];

    /**
     * @param string  $new       where the files of this merge's conflicts go
     * @param ?string $earlier   where those of an earlier one with the same sides lie
     * @param string  $mine      the directory that is merged
     * @param string  $temporary a directory that may be made, for what is taken of the earlier one
     */
    public function __construct(
        private readonly string $new,
        private readonly ?string $earlier,
        private readonly string $mine,
        private readonly string $from,
        private readonly string $to,
        private readonly string $onConflict,
        private readonly string $temporary,
    ) {
    }

    /**
     * Of one merge of an upgrade; a run that merges twice tells the two by $from and $name.
     *
     * @param ?string $mine null: the installed tool
     */
    public static function of(Run $run, ?string $mine = null, ?string $from = null, string $name = ''): self
    {
        $from ??= $run->from;

        return new self(
            $run->shop->state('conflicts/' . $run->id),
            self::newest($run->shop, $from, $run->to),
            $mine ?? $run->shop->path($run->shop->toolPath()),
            $from,
            $run->to,
            $run->options->interactive === null ? $run->options->onConflict : 'ask',
            $run->stage()->temporary('resolutions' . $name),
        );
    }

    /** Of the same run's merge of the user's own modules, whose paths begin at the Magento root. */
    public function modules(string $root): self
    {
        $earlier = $this->earlier === null || !is_dir($this->earlier . self::MODULES) ? null : $this->earlier . self::MODULES;

        return new self($this->new . self::MODULES, $earlier, $root, $this->from, $this->to, $this->onConflict, $this->temporary . '-modules');
    }

    /** @return list<Conflict> those of an earlier run that are not resolved yet, once resolutions were asked for */
    public function open(): array
    {
        return $this->open;
    }

    /** Of a second merge of the same run, which takes what was decided about the conflicts of this one. */
    public function again(): self
    {
        return new self($this->new . '-2', $this->new, $this->mine, $this->from, $this->to, $this->onConflict, $this->temporary . '-2');
    }

    /**
     * @param list<array{path: string, outcome: string, reason: ?string, ...}> $items
     * @return list<Conflict> those whose files are in the new directory
     */
    public function all(array $items): array
    {
        $left = array_column(array_filter($items, static fn (array $item): bool => in_array($item['outcome'], ['conflict', 'resolved'], true)), 'path');
        $conflicts = array_filter($items, static fn (array $item): bool => $item['outcome'] === 'conflict');

        return array_values(array_map(fn (array $item): Conflict => new Conflict($this->new, $item['path'], $item['reason'] ?? '', $left), $conflicts));
    }

    public function directory(): string
    {
        Tree::privateDirectory($this->new);

        return $this->new;
    }

    /** A directory with what the user resolved, and that alone; null when nothing is. */
    public function resolutions(): ?string
    {
        if ($this->earlier === null) {
            return null;
        }
        $open = [];
        $directory = $this->temporary;
        Tree::remove($directory);
        Tree::copy($this->earlier, $directory);
        Tree::remove($directory . '/' . self::ABOUT);
        Tree::remove($directory . self::MODULES);
        foreach (self::files($this->earlier) as $path) {
            if (self::hasMarkers($this->earlier . '/' . $path)) {
                Tree::remove($directory . '/' . $path);
                array_push($open, ...($this->isOutdated($path) ? [] : [$path]));
            }
        }
        $this->open = array_map(fn (string $path): Conflict => new Conflict((string) $this->earlier, $path, 'conflict markers are left', $open), $open);
        if ($open !== [] && $this->onConflict === 'stop') {
            throw new Failure(ExitCode::CONFLICT, 'conflict-open', sprintf("%d conflicts are not resolved yet, conflict markers are left:\n  %s", count($open), implode("\n  ", array_map(Terminal::safe(...), $open))), sprintf('Edit them in %s. To begin anew, delete that directory.', $this->earlier));
        }

        return $directory;
    }

    /**
     * @param list<array{outcome: string, ...}> $items those of a file that moved have a from
     * @return ?string the directory that is left for the user
     */
    public function finish(array $items, bool $stopped): ?string
    {
        $conflicts = array_filter($items, static fn (array $item): bool => $item['outcome'] === 'conflict');
        if ($conflicts === [] || !$stopped) {
            $this->discard();

            return null;
        }
        Tree::put($this->new . '/' . self::ABOUT, json_encode(['from' => $this->from, 'to' => $this->to, 'moved' => array_filter(array_column($conflicts, 'from', 'path'))], JSON_THROW_ON_ERROR));

        return $this->new;
    }

    /**
     * Keeps resolutions that were taken for the next run, when another merge of this run stops it.
     *
     * @param list<string> $paths
     */
    public function keep(array $paths): void
    {
        foreach ($paths as $path) {
            $this->take($path, $this->new);
        }
    }

    public function discard(): void
    {
        Tree::remove($this->new);
    }

    /** Are they of a merge between these two releases? */
    public static function isOf(string $directory, string $from, string $to): bool
    {
        $about = is_file($directory . '/' . self::ABOUT) ? json_decode((string) file_get_contents($directory . '/' . self::ABOUT), true) : null;

        return is_array($about) && ($about['from'] ?? null) === $from && ($about['to'] ?? null) === $to;
    }

    /** After the upgrade nobody asks for them any more. */
    public static function remove(Shop $shop, string $from, string $to): void
    {
        while (($left = self::newest($shop, $from, $to)) !== null) {
            Tree::remove($left);
        }
        @rmdir($shop->state('conflicts'));
    }

    private static function newest(Shop $shop, string $from, string $to): ?string
    {
        foreach (array_reverse(Files::names($shop->state('conflicts'))) as $name) {
            $directory = $shop->state('conflicts/' . $name);
            if (self::isOf($directory, $from, $to)) {
                return $directory;
            }
        }

        return null;
    }

    /** @return list<string> the files that are to be resolved, not their sides */
    private static function files(string $directory): array
    {
        return array_values(array_filter(
            Files::below($directory),
            static fn (string $path): bool => $path !== self::ABOUT && !str_starts_with('/' . $path, self::MODULES . '/') && !is_link($directory . '/' . $path) && !self::isSide($directory, $path),
        ));
    }

    private static function isSide(string $directory, string $path): bool
    {
        foreach (self::SIDES as $side) {
            $file = str_ends_with($path, $side) ? substr($path, 0, -strlen($side)) : null;
            if ($file !== null && (is_file($directory . '/' . $file) || self::hasSides($directory . '/' . $file))) {
                return true;
            }
        }

        return false;
    }

    private static function hasSides(string $file): bool
    {
        return count(array_filter(self::SIDES, static fn (string $side): bool => is_file($file . $side))) > 1;
    }

    private static function hasMarkers(string $file): bool
    {
        return preg_match('/^(?:<{7}|>{7})/m', (string) file_get_contents($file)) === 1;
    }

    /** The live file is another than the one that the conflict was about: it will be told anew. */
    private function isOutdated(string $path): bool
    {
        $mine = $this->earlier . '/' . $path . (is_file($this->earlier . '/' . $path . '.mine~') ? '.mine~' : '.mine');
        $live = $this->mine . '/' . $this->path($path);

        return !is_file($mine) || !is_file($live) || hash_file('sha256', $mine) !== hash_file('sha256', $live);
    }

    /** The path that the file of a conflict has in the shop. */
    private function path(string $path): string
    {
        $about = is_file($this->earlier . '/' . self::ABOUT) ? json_decode((string) file_get_contents($this->earlier . '/' . self::ABOUT), true) : null;
        $moved = is_array($about) && is_array($about['moved'] ?? null) ? $about['moved'] : [];

        return is_string($moved[$path] ?? null) ? $moved[$path] : $path;
    }

    /** A resolution with its sides, by which the core sees whether it is about today's files. */
    private function take(string $path, string $directory): void
    {
        Tree::privateDirectory(dirname($directory . '/' . $path));
        foreach (['', '.delete', ...self::SIDES] as $side) {
            $from = $this->earlier . '/' . $path . $side;
            if (is_link($from)) {
                symlink((string) readlink($from), $directory . '/' . $path . $side);
            } elseif (is_file($from)) {
                copy($from, $directory . '/' . $path . $side);
            }
        }
    }
}
