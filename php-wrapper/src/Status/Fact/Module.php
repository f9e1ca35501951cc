<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/** The tool's module is enabled in app/etc/config.php, and not named there when the tool is gone. What is in the database cannot be seen. */
final class Module implements Fact
{
    private const MODULE = 'Magento_DataMigrationTool';

    public static function of(Shop $shop, ?int $changed): array
    {
        $config = $shop->path('app/etc/config.php');
        $state = PhpFile::at(PhpFile::read($config), 'modules')[self::MODULE] ?? null;
        if (!$shop->installed()->hasTool()) {
            return $state === 1 && !is_dir($shop->path($shop->toolPath())) ? ['bin/magento setup:upgrade'] : []; // takes what is not there out of config.php
        }
        if ($state === 1 || !is_file($config) || !is_file($shop->path($shop->toolPath() . '/etc/module.xml'))) {
            return [];
        }

        return ['bin/magento module:enable ' . self::MODULE, 'bin/magento setup:upgrade'];
    }
}
