<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Upgrades the tool to the exact or hot-fix release of its Magento; any finding or conflict stops it. */
class Upgrade extends Job
{
    /** What setup:upgrade has done, too. */
    public const COMMAND = ['migration:tool:upgrade', '--strict', '--on-conflict=stop'];

    protected function name(): string
    {
        return 'upgrade';
    }

    protected function command(): array
    {
        return self::COMMAND;
    }
}
