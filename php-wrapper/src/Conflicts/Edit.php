<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

use Lockstep\Merge;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/** A conflict edited: in a copy, which becomes the resolution once no marker is left and its XML or PHP is sound. */
final class Edit
{
    private readonly string $copy;

    /** @param string $directory that may be made, for the copy */
    public function __construct(
        private readonly Conflict $conflict,
        private readonly Syntax $syntax,
        string $directory,
    ) {
        Tree::privateDirectory($directory);
        $this->copy = $directory . '/' . basename($conflict->path);
        Tree::remove($this->copy);
    }

    /** Is there any text to begin with? */
    public function isPossible(): bool
    {
        $source = $this->source();

        return $source !== null && is_file($source) && !is_link($source) && !str_contains((string) file_get_contents($source, false, null, 0, 8192), "\0");
    }

    /** @return ?string why it is no resolution yet; null: it is taken */
    public function run(): ?string
    {
        if (!is_file($this->copy)) {
            Tree::put($this->copy, (string) file_get_contents((string) $this->source()));
        }
        if (!Editor::open($this->copy)) {
            return 'the editor failed (VISUAL and EDITOR name it)';
        }
        $fault = Merge::fault($this->copy, $this->conflict->path) ?? $this->phpFault();
        if ($fault === null) {
            $this->conflict->put((string) file_get_contents($this->copy));
        }

        return $fault;
    }

    private function source(): ?string
    {
        return $this->conflict->hasText() ? $this->conflict->file() : $this->conflict->side('mine') ?? $this->conflict->side('theirs');
    }

    private function phpFault(): ?string
    {
        return str_ends_with($this->conflict->path, '.php') ? $this->syntax->fault(dirname($this->copy), basename($this->copy)) : null;
    }
}
