<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** Magento and Composer mean the same vendor directory, in the root and no symlink. */
final class VendorPath implements Check
{
    public function find(Run $run): array
    {
        Manifest::of($run->shop)->binDirectory();
        $vendor = $run->shop->path($run->shop->vendor);
        $findings = [];
        if (is_link($vendor)) {
            $findings[] = Finding::error('vendor-link', sprintf('"%s" is a symlink.', $vendor), 'Lockstep swaps entries of a real vendor directory; upgrade where the packages are built, and deploy the result.');
        }
        $file = $run->shop->path('app/etc/vendor_path.php');
        $text = is_file($file) ? (string) file_get_contents($file) : '';
        if (preg_match('~return\s+[\'"]([^\'"]+)[\'"]~', $text, $match) === 1) {
            $meant = $match[1][0] === '/' ? $match[1] : $run->shop->path($match[1]);
            if (realpath($meant) !== realpath($vendor)) {
                $findings[] = Finding::error('vendor-dir', sprintf('"%s" names another vendor directory ("%s") than composer.json ("%s").', $file, $match[1], $run->shop->vendor), 'Make both name the directory that holds the installed packages.');
            }
        }
        $given = getenv('COMPOSER_VENDOR_DIR');
        if (is_string($given) && $given !== '' && realpath($given[0] === '/' ? $given : $run->shop->path($given)) !== realpath($vendor)) {
            $findings[] = Finding::warning('vendor-dir', sprintf('COMPOSER_VENDOR_DIR="%s" is set and is not used: the packages are in "%s".', $given, $vendor));
        }

        return $findings;
    }
}
