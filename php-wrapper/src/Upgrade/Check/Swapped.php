<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** What an upgrade swaps for its new state, as far as it is known before Composer has run: one entry for each directory at least. */
final class Swapped
{
    /** @return list<string> paths relative to the root; each in a directory that is there */
    public static function of(Shop $shop): array
    {
        $vendor = $shop->vendor;
        $items = [
            $shop->toolPath(), $vendor . '/composer/installed.json', $vendor . '/composer/autoload_static.php', $vendor . '/autoload.php',
            'composer.json', 'composer.lock', 'app/etc/vendor_path.php',
        ];

        return array_values(array_filter($items, static fn (string $item): bool => is_dir(dirname($shop->path($item)))));
    }

    /** The deepest directory on the way to the state that is there already, absolute. */
    public static function state(Shop $shop): string
    {
        foreach ([Shop::STATE . '/stage', Shop::STATE, 'var'] as $path) {
            if (Files::exists($shop->path($path))) {
                return $shop->path($path);
            }
        }

        return $shop->root;
    }
}
