<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** composer.json, composer.lock, vendor and app/etc are where a Magento has them. */
final class MagentoRoot implements Check
{
    public function find(Run $run): array
    {
        $findings = [];
        foreach (['composer.json', 'composer.lock'] as $file) {
            if (!is_file($run->shop->path($file))) {
                $findings[] = Finding::error('no-root', sprintf('"%s" is missing.', $run->shop->path($file)), 'Lockstep upgrades shops that are installed by Composer; run "composer install" first.');
            }
        }
        $installed = $run->shop->vendor . '/composer/installed.json';
        if (!is_file($run->shop->path($installed))) {
            $findings[] = Finding::error('not-installed', sprintf('"%s" is missing: no packages are installed.', $run->shop->path($installed)), 'Run "composer install" first.');
        }

        return $findings;
    }
}
