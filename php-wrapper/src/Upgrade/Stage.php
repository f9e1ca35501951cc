<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\ComposerStage;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** The private directory of one upgrade: the staged project, and beside it a temporary directory for what runs there. */
final class Stage
{
    public readonly ComposerStage $composer;
    /** @var list<string> the paths that are swapped, in this order; kept for an undo */
    public array $kept = [];

    /**
     * @param string $relative what Commit keeps in its journal, relative to the shop's root
     * @param string $project  the staged root, relative to the shop's root
     */
    private function __construct(
        private readonly Shop $shop,
        public readonly string $relative,
        public readonly string $project,
        string $binDirectory,
    ) {
        $this->composer = new ComposerStage(self::absolute($shop, $relative), self::absolute($shop, $project), self::absolute($shop, $relative . '/tmp'), $binDirectory);
    }

    /** Makes the private directory; the mirror comes later. */
    public static function make(Shop $shop, string $id, Manifest $manifest): self
    {
        $relative = Shop::STATE . '/stage/' . $id;
        $up = max(0, ...array_map(self::ups(...), $manifest->repositories()->pathsAbove()), ...[0]);
        $stage = new self($shop, $relative, $relative . str_repeat('/above', $up) . '/root', $manifest->binDirectory());
        Tree::privateDirectory($stage->composer->project);
        Tree::privateDirectory($stage->composer->temporary);
        foreach ($manifest->repositories()->pathsAbove() as $path) {
            $stage->linkAbove($path, max(1, self::ups($path)));
        }

        return $stage;
    }

    private static function absolute(Shop $shop, string $relative): string
    {
        return $shop->state(substr($relative, strlen(Shop::STATE) + 1));
    }

    /** Absolute path in the staged project. */
    public function path(string $relative): string
    {
        return $this->composer->project . '/' . $relative;
    }

    /** The same, relative to the shop's root, as Commit wants it. */
    public function item(string $relative): string
    {
        return $this->project . '/' . $relative;
    }

    /** @return array{live: string, staged: string} */
    public function pair(string $relative): array
    {
        return ['live' => $relative, 'staged' => $this->item($relative)];
    }

    public function temporary(string $name = ''): string
    {
        return $this->composer->temporary . ($name === '' ? '' : '/' . $name);
    }

    /** The tool as Composer installed it; the first call keeps it, before the merge. */
    public function release(): string
    {
        $release = $this->temporary('release');
        if (!is_dir($release)) {
            Tree::copy($this->path($this->shop->toolPath()), $release);
        }

        return $release;
    }

    public function remove(): void
    {
        Tree::remove($this->composer->top);
    }

    /**
     * What a relative path of a repository leads to above the root stands above the staged root too, as links.
     *
     * @param int<1, max> $up
     */
    private function linkAbove(string $path, int $up): void
    {
        $first = explode('/', substr($path, 3 * $up))[0];
        $live = $this->shop->root . str_repeat('/..', $up);
        foreach (Files::matching($live, $first) as $found) {
            $link = dirname($this->composer->project, $up) . '/' . basename($found);
            if (!file_exists($link) && !is_link($link)) {
                symlink((string) realpath($found), $link);
            }
        }
    }

    private static function ups(string $path): int
    {
        return preg_match('~^(?:\.\./)+~', $path, $match) === 1 ? intdiv(strlen($match[0]), 3) : 0;
    }
}
