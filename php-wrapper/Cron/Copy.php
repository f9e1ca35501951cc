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
        return ['migration:tool:backup:copy'];
    }
}
