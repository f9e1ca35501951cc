<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** The tool must not change below a migration that can still be resumed. */
final class MigrationUnderWay implements Check
{
    private const PROGRESS = 'var/migration-tool-progress.lock';

    public function find(Run $run): array
    {
        $file = $run->shop->path(self::PROGRESS);

        return is_file($file) && (int) filesize($file) > 2 ? [Finding::error(
            'migration-running',
            sprintf('A migration is under way: "%s" holds the steps that it has done.', $file),
            'Finish it first. When it is finished or given up, delete that file.',
        )] : [];
    }
}
