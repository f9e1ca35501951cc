<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

use Lockstep\MigrationTool\Model\Config\Source\Parts;

/** Backs up the parts that an administrator chose. */
class Backup extends Job
{
    protected function name(): string
    {
        return 'backup';
    }

    protected function command(): array
    {
        $command = ['migration:tool:backup'];
        foreach (array_intersect(Parts::NAMES, $this->settings->texts('backup/parts')) as $part) {
            $command[] = '--' . $part;
        }
        if (count($command) === 1) {
            throw new \UnexpectedValueException('Nothing is chosen to back up: Stores > Configuration > Advanced > Data Migration Tool > Backup.');
        }
        if ($this->settings->text('backup/directory') !== '') {
            $command[] = '--directory=' . $this->settings->text('backup/directory');
        }
        if ($this->settings->text('backup/strip') !== '' && in_array('--db', $command, true)) {
            $command[] = '--strip=' . $this->settings->text('backup/strip');
        }

        return $command;
    }
}
