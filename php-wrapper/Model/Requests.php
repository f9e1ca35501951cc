<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Cron\Model\ResourceModel\Schedule as ScheduleResource;
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
        $now = gmdate('Y-m-d H:i:s');
        $this->resource->save($this->schedules->create()->setData(['job_code' => self::code($job), 'status' => Schedule::STATUS_PENDING, 'created_at' => $now, 'scheduled_at' => $now]));

        return true;
    }

    public function waits(string $job): bool
    {
        return $this->collections->create()->addFieldToFilter('job_code', self::code($job))->addFieldToFilter('status', Schedule::STATUS_PENDING)->getSize() > 0;
    }

    private static function code(string $job): string
    {
        return 'lockstep_' . $job . '_requested';
    }
}
