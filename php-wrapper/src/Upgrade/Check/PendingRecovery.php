<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Upgrade\Run;

/** No interrupted run waits for its recovery. Every command that writes recovers first; it is told to who only looks. */
final class PendingRecovery implements Check
{
    public function find(Run $run): array
    {
        $pending = Recovery::pending($run->shop);

        return $pending['state'] === 'none' ? [] : [Finding::warning(
            'recovery-pending',
            sprintf('An interrupted run waits to be undone (%d of %d renames had been done).', $pending['done'], $pending['items']),
            'Run "migration:tool:recover", or vendor/bin/lockstep-recover; the next upgrade does so by itself.',
        )];
    }
}
