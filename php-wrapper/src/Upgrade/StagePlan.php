<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;

/** What of the shop is a copy in the stage, because Composer or a plugin writes there; the rest is links to the live files. */
final class StagePlan
{
    private const PLUGINS = ['composer-plugin', 'composer-installer'];
    /** Copied only where the kernel cannot keep Composer from writing through a link. */
    private const WITHOUT_FENCE = ['app/code', 'app/design', 'app/i18n', 'lib', 'setup'];

    /**
     * @param bool $othersChange whether other packages than the tool may change: then each is a link of its own
     * @return array<string, string> path => how, as Tree::mirror wants it
     */
    public static function of(Shop $shop, string $binDirectory, bool $othersChange): array
    {
        $vendor = $shop->vendor;
        $plan = [$vendor => 'split'];
        foreach ($othersChange ? Files::names($shop->path($vendor)) : [] as $namespace) {
            $path = $vendor . '/' . $namespace;
            if (is_dir($shop->path($path)) && !is_link($shop->path($path))) {
                $plan[$path] = 'split';
            }
        }
        foreach ($shop->installed()->packages() as $package) {
            if ($package['installed'] && $package['path'] !== null && in_array($package['type'], self::PLUGINS, true)) {
                $plan[$package['path']] = 'copy';
            }
        }

        return [
            $vendor . '/composer' => 'open',
            $vendor . '/autoload.php' => 'copy',
            $binDirectory => 'copy',
            ...($shop->installed()->hasTool() ? [$shop->toolPath() => 'empty'] : [dirname($shop->toolPath()) => 'split']), // Composer replaces it whole
            'app/etc' => 'open',
            'app/etc/env.php' => 'link',
            'app/etc/config.php' => 'link',
            'bin' => 'copy',
            'composer.json' => 'copy',
            'composer.lock' => 'copy',
            'auth.json' => 'link',
            'var' => 'empty',
        ] + $plan + (Process::fence() === 'none' ? array_fill_keys(self::WITHOUT_FENCE, 'copy') : []);
    }

    /** Do plugins reinstall packages that the lock does not name (to patch them)? */
    public static function hasPatches(Shop $shop): bool
    {
        foreach ($shop->installed()->packages() as $package) {
            if ($package['installed'] && in_array($package['type'], self::PLUGINS, true) && str_contains($package['name'], 'patch')) {
                return true;
            }
        }

        return false;
    }

    /** @return list<string> packages that are copies for the plugins' sake */
    public static function copiedPackages(Shop $shop): array
    {
        return array_values(array_filter(
            array_map(static fn (array $package): ?string => in_array($package['type'], self::PLUGINS, true) ? $package['path'] : null, $shop->installed()->packages()),
            'is_string',
        ));
    }
}
