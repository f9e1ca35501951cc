<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\MigrationTool\Failure;

/** Where the packages of a shop are: what composer.json says, or COMPOSER_VENDOR_DIR where Magento boots from that too. */
final class VendorDirectory
{
    /** Relative to the root and without symlinks: a link to a directory inside the root is that directory. */
    public static function of(string $root): string
    {
        $configured = self::configured($root);
        $given = getenv('COMPOSER_VENDOR_DIR');
        $booted = self::booted($root);
        if (is_string($given) && $given !== '' && $booted !== null && PathInRoot::absolute($root, $given) === PathInRoot::absolute($root, $booted)) {
            $configured = $given;
        }

        return PathInRoot::relative($root, $configured) ?? throw self::outside($root, $configured);
    }

    /** What app/etc/vendor_path.php returns; null where it is missing or computes it. */
    public static function booted(string $root): ?string
    {
        $file = $root . '/app/etc/vendor_path.php';
        $text = is_file($file) ? (string) file_get_contents($file) : '';

        return preg_match('~\breturn\s+([\'"])([^\'"$]+)\1\s*;~', $text, $match) === 1 ? $match[2] : null;
    }

    private static function configured(string $root): string
    {
        $json = is_file($root . '/composer.json') ? json_decode((string) file_get_contents($root . '/composer.json'), true) : null;
        $config = is_array($json) && is_array($json['config'] ?? null) ? $json['config'] : [];
        $vendor = $config['vendor-dir'] ?? null;

        return is_string($vendor) && $vendor !== '' ? $vendor : 'vendor';
    }

    private static function outside(string $root, string $configured): Failure
    {
        $real = PathInRoot::absolute($root, $configured);
        $path = $root . '/' . rtrim($configured, '/');
        if (!is_link($path)) {
            return Failure::preflight(
                'vendor-dir',
                sprintf('The vendor directory that %s/composer.json names (config.vendor-dir: "%s") lies outside the Magento root: "%s".', $root, $configured, $real),
                'Lockstep swaps entries below the root alone. Where the shop is built, let config.vendor-dir and app/etc/vendor_path.php name a directory inside the root, and run "composer install".',
            );
        }
        return Failure::preflight(
            'vendor-link',
            sprintf('"%s" is a symlink that leads out of the Magento root, to "%s".', $path, $real),
            LinkedPath::shopOf($real) ?? sprintf('Bring the packages into the root: rm %1$s && cp -a %2$s %1$s', escapeshellarg($path), escapeshellarg($real)) . '. Or work where the shop is built.',
        );
    }
}
