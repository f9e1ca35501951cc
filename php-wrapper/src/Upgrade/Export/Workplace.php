<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Composer\OwnDirectory;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;

/** A shop can be exported from where nothing can be kept in it: read-only, of another user, or with a linked var. Then the stage is in a private temporary directory. */
final class Workplace
{
    public static function of(Shop $shop): Shop
    {
        if (StatePlace::isOwn($shop) && self::isWritable($shop)) {
            return $shop;
        }

        return $shop->withStateIn(OwnDirectory::make() . '/export-' . substr(hash('sha256', $shop->root), 0, 16));
    }

    private static function isWritable(Shop $shop): bool
    {
        for ($path = $shop->state(); !Files::exists($path); $path = dirname($path));

        return is_dir($path) && is_writable($path);
    }
}
