<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Removes the copies off the machine that the same rules do not keep, at the same time. */
class PruneCopies extends Prune
{
    protected function name(): string
    {
        return 'prune_copies';
    }

    protected function command(): array
    {
        return [...parent::command(), '--remote'];
    }

    public function execute(): void
    {
        if ($this->settings->flag('prune/enabled') && $this->settings->flag('copy/enabled')) {
            parent::execute();
        }
    }
}
