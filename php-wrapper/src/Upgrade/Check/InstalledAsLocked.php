<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** What composer.lock names is installed: else Composer would bring it along with the tool. */
final class InstalledAsLocked implements Check
{
    public function find(Run $run): array
    {
        $installed = $run->shop->installed();
        $missing = [];
        foreach ($installed->packages() as $package) {
            if ($package['locked'] && !$package['installed'] && (!$package['dev'] || $installed->withDev())) {
                $missing[] = $package['name'];
            }
        }

        return $missing === [] ? [] : [Finding::error(
            'not-as-locked',
            sprintf('%d packages of composer.lock are not installed: %s%s.', count($missing), implode(', ', array_slice($missing, 0, 5)), count($missing) > 5 ? ', …' : ''),
            $installed->withDev() ? 'Run "composer install" first.' : 'Run "composer install --no-dev" first.',
        )];
    }
}
