<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Upgrades the tool to the exact or hot-fix release of its Magento; any finding or conflict stops it. */
class Upgrade extends Job
{
    protected function name(): string
    {
        return 'upgrade';
    }

    protected function command(): array
    {
        return ['migration:tool:upgrade', '--strict', '--on-conflict=stop'];
    }
}
