<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/** Room for the stage, the new release, its pristine copy and the backup of the tool; a code backup fails by itself when it does not fit. */
final class FreeSpace implements Check
{
    private const NEEDED = 128 * 1024 * 1024;

    public function find(Run $run): array
    {
        $free = disk_free_space($run->shop->root);

        return $free === false || $free >= self::NEEDED ? [] : [Finding::error(
            'no-space',
            sprintf('Only %s are free on the file system of "%s"; an upgrade wants %s.', Terminal::bytes((int) $free), $run->shop->root, Terminal::bytes(self::NEEDED)),
            'Free some space; old backups are in var/lockstep/backups.',
        )];
    }
}
