<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** installed.json, composer.lock and composer.json of the stage agree on the version that was asked for. */
final class Versions
{
    public static function check(Run $run): void
    {
        $project = $run->stage()->composer->project;
        $installed = InstalledJson::read(InstalledJson::file($run->stage()->path($run->shop->vendor)))->package(Shop::TOOL)['version'] ?? '';
        $found = [
            'installed.json' => is_string($installed) ? $installed : '',
            'composer.lock' => LockedPackages::read($project . '/composer.lock')?->version(Shop::TOOL) ?? '',
            'composer.json' => Manifest::read($project)->constraint(Shop::TOOL),
        ];
        foreach ($found as $file => $version) {
            if (ltrim($version, 'v=') !== $run->to && !($run->isSameRelease() && $file === 'composer.json')) {
                throw new Failure(ExitCode::BACKUP, 'version', sprintf('The stage\'s %s says version "%s" of the tool instead of %s.', $file, $version, $run->to), 'Run it again with -v to see what Composer did.');
            }
        }
    }
}
