<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

/** Removes the backups that the rules of an administrator do not keep. */
class Prune extends Job
{
    private const RULES = ['last', 'daily', 'weekly', 'monthly', 'yearly'];

    protected function name(): string
    {
        return 'prune';
    }

    protected function command(): array
    {
        $command = ['migration:tool:backup:prune'];
        foreach (self::RULES as $rule) {
            if ($this->settings->number('prune/keep_' . $rule) > 0) {
                $command[] = sprintf('--keep-%s=%d', $rule, $this->settings->number('prune/keep_' . $rule));
            }
        }
        foreach (['max-size' => 'prune/max_size', 'directory' => 'backup/directory'] as $option => $path) {
            if ($this->settings->text($path) !== '') {
                $command[] = sprintf('--%s=%s', $option, $this->settings->text($path));
            }
        }

        return $command;
    }
}
