<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Outcome;
use Magento\Cron\Model\ResourceModel\Schedule as ScheduleResource;
use Magento\Cron\Model\ResourceModel\Schedule\Collection;
use Magento\Cron\Model\ResourceModel\Schedule\CollectionFactory;
use Magento\Cron\Model\Schedule;
use Magento\Cron\Model\ScheduleFactory;

/** Jobs that somebody asked for, in cron's own list: cron runs them, as the owner of the files. */
class Requests
{
    public const JOBS = ['check', 'backup', 'prune', 'upgrade', 'copy'];

    public function __construct(
        private readonly ScheduleFactory $schedules,
        private readonly ScheduleResource $resource,
        private readonly CollectionFactory $collections,
        private readonly Overview $overview,
    ) {
    }

    /**
     * @return bool false: it waits already
     *
     * @throws \InvalidArgumentException there is no such job
     */
    public function ask(string $job): bool
    {
        if (!in_array($job, self::JOBS, true)) {
            throw new \InvalidArgumentException($job);
        }
        if ($this->waits($job)) {
            return false;
        }
        if ($this->overview->last($job)?->outcome() === Outcome::Died) {
            $this->giveUp($job);
        }
        $now = gmdate('Y-m-d H:i:s');
        $this->resource->save($this->schedules->create()->setData(['job_code' => self::code($job), 'status' => Schedule::STATUS_PENDING, 'created_at' => $now, 'scheduled_at' => $now]));

        return true;
    }

    public function waits(string $job): bool
    {
        return $this->listed($job, Schedule::STATUS_PENDING)->getSize() > 0;
    }

    /** Magento would wait a day for a job that was killed before it begins the same one again. */
    private function giveUp(string $job): void
    {
        foreach ($this->listed($job, Schedule::STATUS_RUNNING) as $schedule) {
            $this->resource->save($schedule->addData(['status' => Schedule::STATUS_ERROR, 'messages' => 'Killed.']));
        }
    }

    private function listed(string $job, string $status): Collection
    {
        return $this->collections->create()->addFieldToFilter('job_code', self::code($job))->addFieldToFilter('status', $status);
    }

    private static function code(string $job): string
    {
        return 'lockstep_' . $job . '_requested';
    }
}
