<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Upgrade\Run;

/** Shops of Composer 1: before Magento 2.3.7 and 2.4.2 the installer plugin runs with nothing else; others were never installed anew. */
final class ComposerOne implements Check
{
    public function find(Run $run): array
    {
        $plugin = $run->shop->installed()->package('magento/magento-composer-installer');
        if ($plugin !== null && version_compare(ltrim($plugin['version'], 'v'), '0.2.0', '<')) {
            return [Finding::error(
                'composer-1',
                sprintf('magento/magento-composer-installer %s of this Magento runs with Composer 1 only; Lockstep needs Composer 2.', $plugin['version']),
                WayOut::merge() . '. Magento 2.3.7, 2.4.2 and later can be upgraded.',
            )];
        }
        $oldLock = LockedPackages::read($run->shop->path('composer.lock'))?->byComposerOne() ?? false;
        if (self::installedByComposerOne($run)) {
            return [Finding::error(
                'composer-1',
                sprintf('The packages of this shop were installed by Composer 1 ("%s" is a list)%s; Lockstep needs Composer 2.', $run->shop->path($run->shop->vendor . '/composer/installed.json'), $oldLock ? ', which wrote composer.lock too' : ''),
                'Run "composer install" with Composer 2 first: it installs the same versions anew. Or ' . WayOut::merge() . '.',
            )];
        }

        if (!$oldLock) {
            return [];
        }
        $message = 'composer.lock was written by Composer 1.';

        return [$run->options->acceptStaleLock
            ? Finding::warning('composer-1', $message . ' It will be in the format of Composer 2 afterwards.')
            : Finding::error('composer-1', $message, 'Run "composer update --lock" with Composer 2 first (it changes no package), or agree with --accept-stale-lock: the lock is then written in the format of Composer 2.')];
    }

    private static function installedByComposerOne(Run $run): bool
    {
        $file = $run->shop->path($run->shop->vendor . '/composer/installed.json');

        return is_file($file) && str_starts_with(ltrim((string) file_get_contents($file, false, null, 0, 64)), '[');
    }
}
