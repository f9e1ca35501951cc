<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** DI was compiled from the tool as it was before: older than the last change. */
final class Compiled implements Fact
{
    /** Where Magento 2.2 and later, and where 2.0 and 2.1 keep it. */
    private const PLACES = ['generated/metadata', 'var/di'];

    public static function of(Shop $shop, ?int $changed): array
    {
        $time = self::time($shop);

        return $time !== null && $changed !== null && $time < $changed ? ['bin/magento setup:di:compile'] : [];
    }

    /** When DI was compiled; null when it is not. */
    public static function time(Shop $shop): ?int
    {
        clearstatcache();
        $times = [];
        foreach (self::PLACES as $place) {
            foreach (Files::names($shop->path($place)) as $name) {
                $times[] = (int) filemtime($shop->path($place . '/' . $name));
            }
        }

        return $times === [] ? null : max($times);
    }
}
