<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Stage;
use Lockstep\Tree;

/** Puts a single file into the stage where that has a link to a live directory: the directories above become real ones, of links. */
final class StagedFile
{
    /** @param string $from absolute; absent: the file is to go */
    public static function put(Shop $shop, Stage $stage, string $path, string $from): void
    {
        $above = '';
        foreach (explode('/', dirname($path)) as $name) {
            $above .= ($above === '' ? '' : '/') . $name;
            if (is_link($stage->path($above))) {
                self::split($shop->path($above), $stage->path($above));
            }
        }
        Tree::remove($stage->path($path));
        if (is_file($from)) {
            Tree::copy($from, $stage->path($path));
        }
    }

    private static function split(string $live, string $staged): void
    {
        unlink($staged);
        mkdir($staged, 0755);
        foreach (Files::names($live) as $name) {
            symlink($live . '/' . $name, $staged . '/' . $name);
        }
    }
}
