<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Shop\Shop;

/** By what an installed tool is known to be the same one on disk: Composer, a deployment or a swap leaves another file behind. */
final class ToolStamp
{
    /** Null when there is no tool. */
    public static function of(Shop $shop): ?string
    {
        clearstatcache();
        $stat = @lstat($shop->path($shop->toolPath() . '/composer.json'));

        return $stat === false ? null : sprintf('%d-%d-%d', $stat['ino'], $stat['ctime'], $stat['size']);
    }
}
