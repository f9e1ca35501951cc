<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/**
 * Classes that Magento generated from the tool as it was before. With DI compiled, compiling makes them anew; else Magento's next
 * start removes all that is generated when var/.regenerate is there.
 */
final class Generated implements Fact
{
    /** Where Magento 2.2 and later, and where 2.0 and 2.1 keep it. */
    private const PLACES = ['generated/code/Migration', 'var/generation/Migration'];
    private const FLAG = 'var/.regenerate';

    public static function of(Shop $shop, ?int $changed): array
    {
        if ($changed === null || Compiled::time($shop) !== null || is_file($shop->path(self::FLAG))) {
            return [];
        }
        $stale = array_filter(self::PLACES, static fn (string $place): bool => is_dir($shop->path($place)) && filemtime($shop->path($place)) < $changed);

        return array_values(array_map(static fn (string $place): string => 'rm -r ' . $place, $stale));
    }

    /** After a commit: as Composer's plugin does it, but never where DI is compiled, as Magento would delete that too. */
    public static function expire(Shop $shop, int $changed): void
    {
        if (self::of($shop, $changed) !== [] && is_writable($shop->path('var'))) {
            touch($shop->path(self::FLAG));
        }
    }
}
