<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/** What app/etc/env.php says of how the shop runs. */
final class Mode
{
    public static function isProduction(Shop $shop): bool
    {
        return (self::env($shop)['MAGE_MODE'] ?? null) === 'production';
    }

    /** @return array<mixed> the configuration of the default cache; without a backend it is one of files in var/cache */
    public static function cache(Shop $shop): array
    {
        return PhpFile::at(self::env($shop), 'cache', 'frontend', 'default');
    }

    /** @return array<mixed> */
    private static function env(Shop $shop): array
    {
        return PhpFile::read($shop->path('app/etc/env.php'));
    }
}
