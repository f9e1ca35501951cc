<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Files;
use Lockstep\Tree;

/** What a done upgrade keeps of its stage: the old entries that were swapped out, and nothing else. */
final class UndoCopy
{
    public static function slim(Stage $stage): void
    {
        foreach (Files::names($stage->composer->top) as $name) {
            if (!str_starts_with($stage->composer->project . '/', $stage->composer->top . '/' . $name . '/')) {
                Tree::remove($stage->composer->top . '/' . $name);
            }
        }
        self::directory($stage->composer->project, '', $stage->kept);
    }

    /** @param list<string> $keep */
    private static function directory(string $project, string $relative, array $keep): void
    {
        foreach (Files::names($project . '/' . $relative) as $name) {
            $path = $relative === '' ? $name : $relative . '/' . $name;
            if (in_array($path, $keep, true)) {
                continue;
            }
            $above = array_filter($keep, static fn (string $kept): bool => str_starts_with($kept, $path . '/'));
            if ($above !== [] && is_dir($project . '/' . $path) && !is_link($project . '/' . $path)) {
                self::directory($project, $path, array_values($above));
            } elseif (is_link($project . '/' . $path)) {
                unlink($project . '/' . $path);
            } else {
                Tree::remove($project . '/' . $path);
            }
        }
    }
}
