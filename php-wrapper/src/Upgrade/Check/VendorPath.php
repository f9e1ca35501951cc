<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\PathInRoot;
use Lockstep\MigrationTool\Shop\VendorDirectory;
use Lockstep\MigrationTool\Upgrade\Run;

/** Magento and Composer mean the same vendor directory, and the programs' directory lies in the root too. */
final class VendorPath implements Check
{
    public function find(Run $run): array
    {
        $shop = $run->shop;
        $bin = Manifest::of($shop)->binDirectory();
        $findings = [];
        $booted = VendorDirectory::booted($shop->root);
        if ($booted !== null && PathInRoot::relative($shop->root, $booted) !== $shop->vendor) {
            $findings[] = Finding::error(
                'vendor-dir',
                sprintf('"%s" names another vendor directory ("%s") than Composer uses ("%s").', $shop->path('app/etc/vendor_path.php'), $booted, $shop->vendor),
                sprintf('Make both name the directory that holds the installed packages: config.vendor-dir in composer.json, and "return \'./%s\';" in app/etc/vendor_path.php for instance.', $shop->vendor),
            );
        }
        foreach (['COMPOSER_VENDOR_DIR' => $shop->vendor, 'COMPOSER_BIN_DIR' => $bin] as $variable => $used) {
            $given = getenv($variable);
            if (is_string($given) && $given !== '' && PathInRoot::absolute($shop->root, $given) !== PathInRoot::absolute($shop->root, $used)) {
                $findings[] = Finding::warning('vendor-dir', sprintf('%s="%s" is set and is not used: the shop has "%s".', $variable, $given, $shop->path($used)));
            }
        }

        return $findings;
    }
}
