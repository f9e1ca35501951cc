<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Copies finished backups off the machine. */
class Copy extends Job
{
    protected function name(): string
    {
        return 'copy';
    }

    protected function command(): array
    {
        $directory = $this->settings->text('backup/directory');

        return ['migration:tool:backup:copy', ...($directory === '' ? [] : ['--directory=' . $directory])];
    }
}
