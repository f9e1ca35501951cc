<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** The files of the user's own modules that the tool reads: configurations below app/code and in packages, and what their options name. */
final class ModuleFiles
{
    private const CODE = 'app/code/';
    private const CONFIG = '~config[^/]*\.xml$~iD';

    /** @return list<ModuleFile> in path order */
    public static function of(Shop $shop): array
    {
        $found = [];
        $configurations = self::configurations($shop);
        foreach ($configurations as $path => $config) {
            $found[$path] = new ModuleFile($path, ModuleFile::CONFIG, $path, self::outside($shop, $path));
        }
        foreach ($configurations as $path => $config) {
            foreach ($config->files as $option => $file) {
                $named = self::named($shop, $file['value']);
                if ($named !== null) {
                    $found[$named] ??= new ModuleFile($named, $option, $path, self::outside($shop, $named));
                }
            }
        }
        ksort($found, SORT_STRING);

        return array_values($found);
    }

    /**
     * Where the tool looks for what an option names: in the working directory, which is the Magento root, then in its own directory.
     *
     * @param string $root  of the shop, or of a stage
     * @param string $tool  relative to it
     *
     * @return ?string relative to the root; null when it is nowhere
     */
    public static function resolve(string $root, string $tool, string $value): ?string
    {
        foreach ([$value, $tool . '/' . $value] as $path) {
            $path = str_starts_with($path, $root . '/') ? substr($path, strlen($root) + 1) : $path;
            if ($path[0] !== '/' && preg_match('~(^|/)\.\.?(/|$)~', $path) !== 1 && is_file($root . '/' . $path)) {
                return $path;
            }
        }

        return null;
    }

    /** @return array<string, ToolConfig> path => configuration */
    private static function configurations(Shop $shop): array
    {
        $found = [];
        foreach ([...self::modules($shop), ...self::packages($shop)] as $directory) {
            foreach (Files::below($shop->path($directory)) as $file) {
                $config = preg_match(self::CONFIG, $file) === 1 ? ToolConfig::read($shop->path($directory . '/' . $file)) : null;
                if ($config !== null) {
                    $found[$directory . '/' . $file] = $config;
                }
            }
        }

        return $found;
    }

    /** @return list<string> */
    private static function modules(Shop $shop): array
    {
        return array_map(static fn (string $path): string => substr($path, strlen($shop->root) + 1), Files::matching($shop->path('app/code'), '*/*/etc'));
    }

    /** @return list<string> etc directories of modules that came as packages, but for Magento's own */
    private static function packages(Shop $shop): array
    {
        $found = [];
        foreach ($shop->installed()->packages() as $package) {
            if ($package['installed'] && $package['path'] !== null && $package['type'] === 'magento2-module' && !str_starts_with($package['name'], 'magento/')) {
                foreach (['etc', 'src/etc'] as $directory) {
                    $path = $package['path'] . '/' . $directory;
                    $found = [...$found, ...(is_dir($shop->path($path)) ? [$path] : [])];
                }
            }
        }

        return $found;
    }

    /** A file that is not the tool's own. */
    private static function named(Shop $shop, string $value): ?string
    {
        $path = self::resolve($shop->root, $shop->toolPath(), $value);

        return $path === null || str_starts_with($path, $shop->toolPath() . '/') ? null : $path;
    }

    private static function outside(Shop $shop, string $path): ?string
    {
        return match (true) {
            str_starts_with($path, $shop->vendor . '/') => 'it belongs to a package: its next release is the place for the merge',
            !str_starts_with($path, self::CODE) => 'it is not below app/code',
            realpath($shop->path($path)) !== $shop->path($path) => 'it stands behind a symlink',
            default => null,
        };
    }
}
