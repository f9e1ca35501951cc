<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Files;
use Lockstep\Tree;

/** The three sides of the files of modules, as three directories that a merge takes: the old release's file, the user's and the new release's, each under the user's path. */
final class Triples
{
    private function __construct(public readonly string $directory)
    {
    }

    /** @param string $directory absolute; of its own */
    public static function in(string $directory, string $oldRelease, string $newRelease): self
    {
        Tree::remove($directory); // of a merge that asked about conflicts
        $triples = new self($directory);
        foreach (['base' => $oldRelease, 'mine' => $oldRelease, 'theirs' => $newRelease] as $side => $release) {
            foreach (Files::matching($release . '/etc', '*.xsd') as $schema) { // what merges is checked against them
                $triples->put($schema, $side, 'etc/' . basename($schema));
            }
        }

        return $triples;
    }

    public function add(string $path, string $base, string $mine, string $theirs): void
    {
        foreach (['base' => $base, 'mine' => $mine, 'theirs' => $theirs] as $side => $file) {
            $this->put($file, $side, $path);
        }
    }

    public function side(string $side, string $path = ''): string
    {
        return $this->directory . '/' . $side . ($path === '' ? '' : '/' . $path);
    }

    private function put(string $from, string $side, string $path): void
    {
        $to = $this->side($side, $path);
        if (!is_dir(dirname($to))) {
            Tree::privateDirectory(dirname($to));
        }
        Tree::copy($from, $to);
    }
}
