<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Owner;
use Lockstep\MigrationTool\Upgrade\Run;

/** The Magento file system owner runs it; what else belongs to others is told. */
final class User implements Check
{
    public function find(Run $run): array
    {
        if ($run->options->export !== null) {
            return []; // nothing is written to the shop
        }
        Owner::check($run->shop, $run->options->allowRoot);
        $owner = fileowner($run->shop->root);
        $findings = [];
        foreach (['composer.json', 'composer.lock', $run->shop->vendor, $run->shop->vendor . '/composer', $run->shop->toolPath()] as $path) {
            $other = file_exists($run->shop->path($path)) ? fileowner($run->shop->path($path)) : $owner;
            if ($other !== $owner && posix_geteuid() !== 0) {
                $findings[] = Finding::error('wrong-owner', sprintf('"%s" belongs to another user than the Magento root.', $run->shop->path($path)), sprintf('sudo chown -R %d %s', (int) $owner, $run->shop->path($path)));
            }
        }

        return $findings;
    }
}
