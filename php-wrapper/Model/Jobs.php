<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\Runner;
use Magento\Framework\App\Filesystem\DirectoryList;

/** Runs a job of the cron group in a process of its own, and has a failure told and the admin's pages refreshed. */
class Jobs
{
    public function __construct(
        private readonly Settings $settings,
        private readonly DirectoryList $directories,
        private readonly Program $program,
        private readonly Notification $notification,
        private readonly Overview $overview,
    ) {
    }

    /**
     * @param string                $job         its name in the records: "check", "backup", …
     * @param list<string>          $command     of vendor/bin/lockstep
     * @param array<string, string> $environment beside the caller's
     */
    public function run(string $job, string $trigger, array $command, array $environment = []): Run
    {
        $runner = new Runner($this->directories->getRoot(), $this->program->path());
        $run = $runner->begin($job, $trigger, $command, $this->settings->limit());
        if ($run->ended !== null) {
            $this->overview->tellRefused($run);
            $this->notification->failed($run);

            return $run;
        }
        $this->overview->tellRuns();
        $run = $runner->finish($run, $environment);
        if ($run->outcome()->isFailure()) {
            $this->notification->failed($run);
        }
        $this->overview->refresh();

        return $run;
    }
}
