<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** composer.lock belongs to composer.json as it is now: else Composer would change what nobody asked for. */
final class LockFile implements Check
{
    public function find(Run $run): array
    {
        $file = $run->shop->path('composer.lock');
        $lock = LockedPackages::read($file);
        if ($lock === null) {
            return is_file($file) ? [Finding::error('composer-lock', sprintf('"%s" is not JSON.', $file), 'Put it in order, from version control for instance.')] : [];
        }
        if ($lock->contentHash !== '' && $lock->contentHash !== Manifest::of($run->shop)->contentHash()) {
            return [Finding::error('lock-stale', 'composer.lock is not up to date with composer.json.', 'Run "composer update --lock" first (it changes no package), and look at what changed.')];
        }

        return [];
    }
}
