<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Tree;

/** Modes, owners and ACLs of what goes live are those of what it replaces; what is new takes after its neighbours, and what moved after itself: config.xml holds passwords. */
final class Metadata
{
    public static function adopt(Run $run): void
    {
        foreach ($run->stage()->kept as $path) {
            $staged = $run->stage()->path($path);
            if (!file_exists($staged) || is_link($staged)) {
                continue;
            }
            $pattern = self::pattern($run->shop->path($path), is_dir($staged), $run->shop->path($run->shop->vendor . '/composer'));
            if ($pattern !== null) {
                Tree::adopt($pattern, $staged);
            }
        }
        foreach ($run->merge->items as $item) {
            $live = $run->shop->path($run->shop->toolPath() . '/' . $item['from']);
            $staged = $run->stage()->path($run->shop->toolPath() . '/' . $item['path']);
            if ($item['from'] !== null && is_file($live) && is_file($staged) && !is_link($live) && !is_link($staged)) {
                Tree::adopt($live, $staged);
            }
        }
    }

    private static function pattern(string $live, bool $directory, string $composer): ?string
    {
        if (file_exists($live) && !is_link($live)) {
            return $live;
        }
        if ($directory && dirname($live) === dirname($composer)) {
            return $composer; // the smallest neighbour that is sure to be there
        }
        foreach (Files::names(dirname($live)) as $name) {
            $neighbour = dirname($live) . '/' . $name;
            if ($name[0] !== '.' && !is_link($neighbour) && is_dir($neighbour) === $directory) {
                return $neighbour;
            }
        }

        return null;
    }
}
