<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Mount;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** Every directory in which an entry will be swapped can be written to. */
final class Writable implements Check
{
    public function find(Run $run): array
    {
        if ($run->options->export !== null) {
            return [];
        }
        $directories = ['.', $run->shop->vendor, $run->shop->vendor . '/composer', dirname($run->shop->toolPath()), 'app/etc', 'var', Shop::STATE];
        $findings = [];
        foreach ($directories as $directory) {
            $path = $run->shop->path($directory);
            if (is_dir($path) && !is_writable($path) && Mount::holding($path)?->readOnly !== true) { // Mounts tells of those
                $findings[] = Finding::error('not-writable', sprintf('"%s" cannot be written to.', $path), sprintf('Let the Magento file system owner write there: chmod u+w %s', $path));
            }
        }

        return $findings;
    }
}
