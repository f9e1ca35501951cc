<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\MigrationTool\Failure;

/** Where Composer puts the packages' programs: what composer.json says, or COMPOSER_BIN_DIR where only that is there. */
final class BinDirectory
{
    /** Relative to the root and without symlinks. */
    public static function of(string $root, string $vendor, mixed $configured): string
    {
        $bin = str_replace(['{$vendor-dir}', '$vendor-dir'], $vendor, is_string($configured) && $configured !== '' ? $configured : '{$vendor-dir}/bin');
        $given = getenv('COMPOSER_BIN_DIR');
        if (is_string($given) && $given !== '' && !is_dir(PathInRoot::absolute($root, $bin)) && is_dir(PathInRoot::absolute($root, $given)) && PathInRoot::relative($root, $given) !== null) {
            $bin = $given;
        }

        return PathInRoot::relative($root, $bin) ?? throw Failure::preflight(
            'bin-dir',
            sprintf('The directory of programs that %s/composer.json names (config.bin-dir: "%s") lies outside the Magento root: "%s".', $root, $bin, PathInRoot::absolute($root, $bin)),
            'Let config.bin-dir name a directory inside the root, or leave it out (it is vendor/bin then), and run "composer install".',
        );
    }
}
