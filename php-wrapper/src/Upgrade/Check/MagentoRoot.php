<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** Composer has installed the packages of this shop. */
final class MagentoRoot implements Check
{
    public function find(Run $run): array
    {
        $installed = $run->shop->path($run->shop->vendor . '/composer/installed.json');

        return is_file($installed) ? [] : [Finding::error('not-installed', sprintf('"%s" is missing: no packages are installed.', $installed), 'Run "composer install" first.')];
    }
}
