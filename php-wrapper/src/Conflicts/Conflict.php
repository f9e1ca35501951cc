<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

use Lockstep\Tree;

/** The files of one conflict in its directory: PATH with the markers, if texts were merged, and beside it PATH.base, PATH.mine, PATH.theirs. */
final class Conflict
{
    /** @param list<string> $others paths that have files of their own in the directory: what lies beside a path has a "~" more where one has the name */
    public function __construct(
        public readonly string $directory,
        public readonly string $path,
        public readonly string $reason,
        private readonly array $others,
    ) {
    }

    /** Where the file with the markers is, and where its resolution goes. */
    public function file(): string
    {
        return $this->directory . '/' . $this->path;
    }

    public function hasText(): bool
    {
        return is_file($this->file()) && !is_link($this->file());
    }

    /** @param string $name "base", "mine" or "theirs"; null: that side has no file */
    public function side(string $name): ?string
    {
        $path = $this->path . '.' . $name;
        while (in_array($path, $this->others, true)) {
            $path .= '~';
        }
        $file = $this->directory . '/' . $path;

        return is_file($file) || is_link($file) ? $file : null;
    }

    /** A side becomes the resolution; one that has no file: none is wanted. */
    public function take(string $name): void
    {
        $side = $this->side($name);
        if ($side === null) {
            Tree::put($this->unwanted(), '');

            return;
        }
        Tree::remove($this->unwanted());
        Tree::remove($this->file());
        Tree::copy($side, $this->file());
    }

    public function put(string $contents): void
    {
        Tree::remove($this->unwanted());
        Tree::put($this->file(), $contents);
    }

    private function unwanted(): string
    {
        return $this->file() . '.delete';
    }
}
