<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** Magento keeps its own version in its cache, and tells that one until the cache is cleaned (Magento\Framework\App\ProductMetadata). Seen with the default cache of files alone. */
final class VersionCache implements Fact
{
    /** Mage-OS tells a version of its own. */
    private const EDITIONS = ['community', 'enterprise', 'cloud'];

    public static function of(Shop $shop, ?int $changed): array
    {
        $magento = $shop->installed()->magento();
        $default = Mode::cache($shop);
        if (isset($default['backend']) || !in_array($magento['edition'], self::EDITIONS, true)) {
            return [];
        }
        $prefix = $default['id_prefix'] ?? substr(md5($shop->path('app/etc/')), 0, 3) . '_';
        foreach (Files::matching($shop->path('var/cache'), 'mage--*/mage---' . (is_string($prefix) ? $prefix : '') . 'MAGE_VERSION') as $file) {
            $cached = explode("\n", (string) @file_get_contents($file), 2)[1] ?? ''; // a line of metadata comes first
            if (preg_match('/^\d+\.\d+\.\d+\S*$/', $cached) === 1 && $magento['version'] !== '' && $cached !== $magento['version']) {
                return ['bin/magento cache:clean config'];
            }
        }

        return [];
    }
}
