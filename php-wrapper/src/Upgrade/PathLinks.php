<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** Packages of path repositories are links: those that Composer made in the stage lead to the same place from the live tree. */
final class PathLinks
{
    /** Are both the live and the staged package links to one place? Then there is nothing to swap. */
    public static function same(Shop $shop, Stage $stage, string $path): bool
    {
        return is_link($shop->path($path)) && is_link($stage->path($path)) && realpath($shop->path($path)) === realpath($stage->path($path));
    }

    /** @param list<string> $paths what is going to be swapped */
    public static function settle(Shop $shop, Stage $stage, array $paths): void
    {
        foreach ($paths as $path) {
            $staged = $stage->path($path);
            $target = is_link($staged) ? (string) readlink($staged) : '/';
            $place = $target[0] === '/' ? false : realpath($staged);
            if ($place === false) {
                continue;
            }
            if (str_starts_with($place, $stage->composer->project . '/')) {
                $place = $shop->path(substr($place, strlen($stage->composer->project) + 1));
            }
            unlink($staged);
            symlink(self::relative((string) realpath(dirname($shop->path($path))), $place), $staged);
            Tree::sync(dirname($staged));
        }
    }

    private static function relative(string $directory, string $place): string
    {
        $from = explode('/', $directory);
        $to = explode('/', $place);
        while ($from !== [] && $to !== [] && $from[0] === $to[0]) {
            array_shift($from);
            array_shift($to);
        }

        return str_repeat('../', count($from)) . implode('/', $to);
    }
}
