<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use Lockstep\Tree;

/** The three trees of a merge on disk, with the files of one pair of releases; made anew in part for each merge. */
final class Trees
{
    /** @var array<string, array<string, string>> text by path, by tree */
    private array $written = ['base' => [], 'mine' => [], 'release' => []];

    public function __construct(public readonly string $directory)
    {
        foreach (array_keys($this->written) as $tree) {
            mkdir("$directory/$tree", 0700, true);
        }
    }

    /**
     * The tree has these files, and no other.
     *
     * @param array<string, string> $files text by path
     */
    public function put(string $tree, array $files): void
    {
        $known = $this->written[$tree];
        foreach ($files as $path => $text) {
            $file = "$this->directory/$tree/$path";
            if (($known[$path] ?? null) !== $text) {
                is_dir(dirname($file)) || mkdir(dirname($file), 0700, true);
                file_put_contents($file, $text);
            }
        }
        foreach (array_diff_key($known, $files) as $path => $text) {
            unlink("$this->directory/$tree/$path");
        }
        $this->written[$tree] = $files;
    }

    /** Takes whatever else stands in the tree for what was written there: after a merge. */
    public function forget(string $tree): void
    {
        Tree::remove("$this->directory/$tree");
        mkdir("$this->directory/$tree", 0700);
        $this->written[$tree] = [];
    }

    public function read(string $tree, string $path): ?string
    {
        $file = "$this->directory/$tree/$path";

        return is_file($file) ? (string) file_get_contents($file) : null;
    }
}
