<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** What of the shop is a copy in the stage, because Composer or a plugin writes there; the rest is links to the live files. */
final class StagePlan
{
    private const PLUGINS = ['composer-plugin', 'composer-installer'];

    /**
     * @param bool $othersChange whether other packages than the tool may change: then each is a link of its own
     * @return array<string, string> path => how, as Tree::mirror wants it
     */
    public static function of(Shop $shop, string $binDirectory, bool $othersChange): array
    {
        $vendor = $shop->vendor;
        $plan = [$vendor => 'split'];
        // Composer removes a link and writes a directory in its place; below a linked namespace it would remove the live package
        foreach ($othersChange || WriteFence::isCopies() ? Files::names($shop->path($vendor)) : [] as $namespace) {
            $path = $vendor . '/' . $namespace;
            if (is_dir($shop->path($path)) && !is_link($shop->path($path))) {
                $plan[$path] = 'split';
            }
        }
        foreach ($shop->installed()->packages() as $package) {
            if ($package['installed'] && $package['path'] !== null && in_array($package['type'], self::PLUGINS, true)) {
                $plan[$package['path']] = 'copy';
            }
            // Composer installs a package of a path repository anew whenever its composer.json differs
            if ($package['installed'] && $package['path'] !== null && $package['dist_type'] === 'path' && str_starts_with($package['path'], $vendor . '/') && !is_link(dirname($shop->path($package['path'])))) {
                $plan[dirname($package['path'])] = 'split';
            }
        }

        foreach (Manifest::of($shop)->repositories()->directoriesBelow('var') as $path) {
            $plan[$path] = 'link';
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
        ] + $plan + WriteFence::plan($shop);
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
}
