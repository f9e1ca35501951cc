<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Undo\Stamps;
use Lockstep\Tree;

/** What a restore is about to swap out, from the moment at which it was compared: who writes to it meanwhile is to hear of it. */
final class Watched
{
    /** A file system's clock is behind by up to a tick. */
    private const TICK = 10_000_000; // ns

    /** @var array<string, Tree> directories, by item */
    private array $trees = [];
    /** @var array<string, string> files and links: their stamps */
    private array $files = [];
    /** @var list<string> */
    private array $young = [];

    public function __construct(private readonly string $root)
    {
    }

    /**
     * @param list<string> $items
     * @param int          $since ns: the comparison began
     */
    public function add(array $items, int $since): void
    {
        foreach ($items as $item) {
            $path = $this->root . '/' . $item;
            if (!is_dir($path) || is_link($path)) {
                $this->files += iterator_to_array(Stamps::of($this->root, [$item]));
                continue;
            }
            $this->trees[$item] = $tree = Tree::scan($path);
            /** @var string $file */
            foreach ($tree->paths() as $file) {
                if (($tree->entry($file)['mtime'] ?? 0) >= $since - self::TICK) {
                    $this->young[] = $item . '/' . $file;
                }
            }
        }
    }

    /**
     * Before the swap $base is the root; after it, where the items lie then.
     *
     * @return list<string> relative to the root
     */
    public function changed(string $base): array
    {
        $changed = $base === $this->root ? $this->young : [];
        foreach ($this->trees as $item => $tree) {
            foreach ($tree->compare(Tree::scan($base . '/' . $item), true) as $change) {
                if ($change['path'] !== '.' && !is_dir($base . '/' . $item . '/' . $change['path'])) { // the swap itself touches the top, an edit its directory
                    $changed[] = $item . '/' . $change['path'];
                }
            }
        }
        $now = iterator_to_array(Stamps::of($base, array_map('strval', array_keys($this->files))));
        foreach ($this->files as $item => $stamp) {
            if (!Stamps::same($stamp, $now[$item] ?? null)) {
                $changed[] = (string) $item;
            }
        }
        sort($changed);

        return array_values(array_unique($changed));
    }
}
