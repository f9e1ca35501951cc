<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Upgrade\Run;

/** What composer.lock names is installed, in that version, and nothing else: Composer would bring it in order along with the tool. */
final class InstalledAsLocked implements Check
{
    private const SHOWN = 5;

    public function find(Run $run): array
    {
        $lock = LockedPackages::read($run->shop->path('composer.lock'));
        if ($lock === null) {
            return [];
        }
        $installed = $run->shop->installed();
        $missing = $other = $unknown = [];
        foreach ($installed->packages() as $package) {
            if ($package['locked'] && !$package['installed']) {
                if (!$package['dev'] || $installed->withDev()) {
                    $missing[] = $package['name'];
                }
            } elseif (!$package['locked']) {
                $unknown[] = $package['name'];
            } elseif ($package['dist_type'] !== 'path' && $lock->version($package['name']) !== $package['version']) {
                $other[] = sprintf('%s %s (locked: %s)', $package['name'], $package['version'], $lock->version($package['name']));
            }
        }
        $install = $installed->withDev() ? 'Run "composer install" first.' : 'Run "composer install --no-dev" first.';

        return [
            ...self::finding($missing, 'packages of composer.lock are not installed', $install),
            ...self::finding($other, 'packages are installed in another version than composer.lock names', $install . ' Or put the composer.lock back that was installed.'),
            ...self::finding($unknown, 'packages are installed that composer.lock does not name', 'Composer would remove them. Require them first, or run "composer install".'),
        ];
    }

    /**
     * @param list<string> $packages
     * @return list<Finding>
     */
    private static function finding(array $packages, string $what, string $fix): array
    {
        return $packages === [] ? [] : [Finding::error('not-as-locked', sprintf('%d %s: %s%s.', count($packages), $what, implode(', ', array_slice($packages, 0, self::SHOWN)), count($packages) > self::SHOWN ? ', …' : ''), $fix)];
    }
}
