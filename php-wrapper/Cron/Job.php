<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cron;

use Lockstep\MigrationTool\Model\Jobs;
use Lockstep\MigrationTool\Model\Settings;
use Lockstep\MigrationTool\Runs\Run;

/** A job of the cron group: at its time when it is switched on, or because somebody asked for it. */
abstract class Job
{
    public function __construct(
        private readonly Jobs $jobs,
        protected readonly Settings $settings,
    ) {
    }

    /** Its name in the configuration and in the records. */
    abstract protected function name(): string;

    /** @return list<string> arguments of vendor/bin/lockstep */
    abstract protected function command(): array;

    public function execute(): void
    {
        if ($this->settings->flag($this->name() . '/enabled')) {
            $this->run('schedule');
        }
    }

    public function onRequest(): void
    {
        $this->run('request');
    }

    /** @throws \RuntimeException it failed, or could not begin: Magento's own list of cron runs shows that too */
    private function run(string $trigger): void
    {
        $run = $this->jobs->run($this->name(), $trigger, $this->command());
        if ($run->outcome()->isFailure()) {
            throw new \RuntimeException(sprintf('Lockstep: %s: %s. %s', $run->job, $run->outcome()->value, $run->message));
        }
    }
}
