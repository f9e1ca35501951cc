<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Lockstep\MigrationTool\Model\Overview;
use Lockstep\MigrationTool\Model\Program;
use Lockstep\MigrationTool\Model\Requests;
use Magento\Cron\Model\ResourceModel\Schedule as Resource;
use Magento\Cron\Model\ResourceModel\Schedule\Collection;
use Magento\Cron\Model\ResourceModel\Schedule\CollectionFactory;
use Magento\Cron\Model\Schedule;
use PHPUnit\Framework\TestCase;

final class RequestsTest extends TestCase
{
    use Fakes;

    /** @var list<FakeSchedule> */
    private array $lines = [];

    /** @param list<array<string, mixed>> $runs that the page shows */
    private function requests(array $runs = []): Requests
    {
        $flags = self::flags();
        $flags->saveFlag('lockstep_runs', $runs);
        $save = function (FakeSchedule $line): void {
            if (!in_array($line, $this->lines, true)) {
                $this->lines[] = $line;
            }
        };
        $resource = new class ($save) extends Resource {
            /** @param \Closure(FakeSchedule): void $save */
            public function __construct(private readonly \Closure $save)
            {
            }

            public function save(Schedule $schedule): static
            {
                assert($schedule instanceof FakeSchedule);
                ($this->save)($schedule);

                return $this;
            }
        };
        $collections = new class (fn (): array => $this->lines) extends CollectionFactory {
            /** @param \Closure(): list<FakeSchedule> $lines */
            public function __construct(private readonly \Closure $lines)
            {
            }

            public function create(): Collection
            {
                return new FakeScheduleList(($this->lines)());
            }
        };

        return new Requests(self::schedules(), $resource, $collections, new Overview(self::settings([]), self::directories('/none'), new Program(), $flags));
    }

    public function testAJobThatWaitsIsNotAskedForTwice(): void
    {
        $requests = $this->requests();
        self::assertFalse($requests->waits('backup'));
        self::assertTrue($requests->ask('backup'));
        self::assertTrue($requests->waits('backup'));
        self::assertFalse($requests->ask('backup'));
        self::assertTrue($requests->ask('check'));
        self::assertSame(['lockstep_backup_requested', 'lockstep_check_requested'], array_map(static fn (FakeSchedule $line): string => $line->data['job_code'], $this->lines));
    }

    public function testThereAreNoOtherJobs(): void
    {
        foreach (['', 'Upgrade', 'backup ', 'check_requested', '../check'] as $job) {
            try {
                $this->requests()->ask($job);
                self::fail("\"$job\" was taken");
            } catch (\InvalidArgumentException) {
            }
        }
        self::assertSame([], $this->lines);
    }

    public function testOneThatWasKilledDoesNotHoldUpTheNextOneForADay(): void
    {
        $this->lines = [(new FakeSchedule())->setData(['job_code' => 'lockstep_backup_requested', 'status' => 'running'])];
        $run = ['id' => '20260101T000000Z-000001', 'job' => 'backup', 'started' => '2026-01-01T00:00:00Z'];
        self::assertTrue($this->requests([['started' => gmdate('Y-m-d\TH:i:s\Z'), 'limit' => 3600] + $run])->ask('backup'));
        self::assertSame('running', $this->lines[0]->data['status'], 'one that may be alive is let be');
        $this->lines = array_slice($this->lines, 0, 1);
        self::assertTrue($this->requests([$run])->ask('backup'));
        self::assertSame(['error', 'pending'], array_map(static fn (FakeSchedule $line): string => $line->data['status'], $this->lines));
    }
}
