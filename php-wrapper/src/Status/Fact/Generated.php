<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\AutoloaderFlags;

/**
 * Classes that Magento generated from the tool as it was before. With DI compiled, compiling makes them anew; else Magento's next
 * start removes all that is generated when var/.regenerate is there. But an optimized class map may name generated classes:
 * Composer's autoloader fails on one whose file is gone, and nothing starts any more.
 */
final class Generated implements Fact
{
    /** Where Magento 2.2 and later, and where 2.0 and 2.1 keep it. */
    private const PLACES = ['generated/code/Migration', 'var/generation/Migration'];
    private const MADE = ['generated/code', 'var/generation', 'var/cache'];
    private const FLAG = 'var/.regenerate';

    public static function of(Shop $shop, ?int $changed): array
    {
        if ($changed === null || Compiled::time($shop) !== null || is_file($shop->path(self::FLAG))) {
            return [];
        }
        $stale = array_filter(self::PLACES, static fn (string $place): bool => is_dir($shop->path($place)) && filemtime($shop->path($place)) < $changed);

        return array_values(array_map(static fn (string $place): string => 'rm -r ' . $place . (self::isMapped($shop, [$place]) ? ' && ' . AutoloaderFlags::of($shop)->command() : ''), $stale));
    }

    /**
     * Does the class map name files in one of these places?
     *
     * @param list<string> $places
     */
    public static function isMapped(Shop $shop, array $places = self::MADE): bool
    {
        $file = $shop->path($shop->vendor . '/composer/autoload_classmap.php');
        $map = is_file($file) ? (string) file_get_contents($file) : '';

        return array_filter($places, static fn (string $place): bool => str_contains($map, "\$baseDir . '/$place/")) !== [];
    }

    /**
     * After a commit, as Magento's own Composer plugin does it: the configuration in the file cache knows the old tool too. Never
     * where DI is compiled, nor in production mode, as Magento would delete what it cannot make again by itself; nor what the class
     * map names.
     */
    public static function expire(Shop $shop): void
    {
        $made = array_filter(self::MADE, static fn (string $place): bool => Files::names($shop->path($place)) !== []);
        if ($made !== [] && Compiled::time($shop) === null && !Mode::isProduction($shop) && is_writable($shop->path('var')) && !self::isMapped($shop)) {
            touch($shop->path(self::FLAG));
        }
    }
}
