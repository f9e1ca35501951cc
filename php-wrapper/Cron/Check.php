<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Looks every night whether Magento and the tool still fit, and saves what was customized. */
class Check extends Job
{
    /** What setup:upgrade has done, too. */
    public const COMMAND = ['migration:tool:status', '--check'];

    protected function name(): string
    {
        return 'check';
    }

    protected function command(): array
    {
        return self::COMMAND;
    }
}
