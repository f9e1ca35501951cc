<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\MigrationTool\Failure;

/** Finds the Magento root: the one given, bin/magento's own, or the nearest parent of the working directory. */
final class ShopLocator
{
    public static function find(?string $given): Shop
    {
        $root = $given !== null ? self::given($given) : self::bootedRoot() ?? self::nearest();

        return new Shop($root, VendorDirectory::of($root));
    }

    private static function given(string $path): string
    {
        $root = realpath($path);
        if ($root === false || !is_dir($root)) {
            throw Failure::preflight('no-root', sprintf('There is no directory "%s".', $path), 'Give the Magento root with --root-dir=DIR.');
        }
        if (!self::isRoot($root)) {
            throw Failure::preflight('no-root', sprintf('"%s" is not a Magento root: it has no composer.json beside bin/magento or app/etc.', $root), 'Give the directory that holds composer.json, app/ and bin/magento.');
        }

        return $root;
    }

    /** Inside bin/magento, Magento's BP is the root, wherever the command was started. */
    private static function bootedRoot(): ?string
    {
        $root = defined('BP') ? constant('BP') : null;
        if (!is_string($root)) {
            return null;
        }
        $real = realpath($root);

        return $real === false ? null : $real;
    }

    private static function nearest(): string
    {
        $start = getcwd();
        for ($directory = $start; $directory !== false; $directory = dirname($directory)) {
            if (self::isRoot($directory)) {
                return (string) realpath($directory);
            }
            if ($directory === dirname($directory)) {
                break;
            }
        }
        throw Failure::preflight('no-root', sprintf('Neither "%s" nor a directory above it is a Magento root.', (string) $start), 'Change to the Magento root, or give it with --root-dir=DIR.');
    }

    private static function isRoot(string $directory): bool
    {
        return is_file($directory . '/composer.json')
            && (is_file($directory . '/bin/magento') || is_file($directory . '/app/etc/di.xml') || is_file($directory . '/app/etc/env.php'));
    }
}
