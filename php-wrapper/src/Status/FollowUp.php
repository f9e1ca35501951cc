<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\MigrationTool\Shop\Shop;

/** What is still to be done by the user after an upgrade, as far as it can be seen in the shop. */
final class FollowUp
{
    private const MODULE = 'Magento_DataMigrationTool';

    /** @return list<string> commands or sentences */
    public static function of(Shop $shop): array
    {
        if (!$shop->installed()->hasTool() || !is_file($shop->path($shop->toolPath() . '/etc/module.xml')) || !is_file($shop->path('app/etc/config.php'))) {
            return [];
        }
        $config = include $shop->path('app/etc/config.php');
        $modules = is_array($config) && is_array($config['modules'] ?? null) ? $config['modules'] : [];
        if (($modules[self::MODULE] ?? 0) === 1) {
            return [];
        }

        return ['bin/magento module:enable ' . self::MODULE, 'bin/magento setup:upgrade'];
    }
}
