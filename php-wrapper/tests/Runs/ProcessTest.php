<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Runs;

use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Process;
use Lockstep\MigrationTool\Runs\Run;
use PHPUnit\Framework\TestCase;

final class ProcessTest extends TestCase
{
    private const HOUR = 3600;

    private static function now(int $ago = 0): string
    {
        return gmdate('Y-m-d\TH:i:s\Z', time() - $ago);
    }

    /** @param array<string, mixed> $other */
    private static function like(array $other): Process
    {
        return Process::fromArray($other + Process::own()->toArray());
    }

    public function testThisOneLives(): void
    {
        self::assertTrue(Process::own()->lives(self::now(), 1));
        self::assertTrue(self::like([])->lives(self::now(2 * self::HOUR), 1), 'also after a trip through JSON, and past its limit');
    }

    public function testAKilledOneDoesNot(): void
    {
        $process = proc_open(['sleep', '60'], [], $pipes);
        self::assertIsResource($process);
        $pid = proc_get_status($process)['pid'];
        $birth = explode('/', Process::own()->toArray()['birth']);
        $fields = explode(' ', (string) strrchr((string) file_get_contents("/proc/$pid/stat"), ')'));
        $birth[2] = $fields[20];
        $its = self::like(['pid' => $pid, 'birth' => implode('/', $birth)]);
        self::assertTrue($its->lives(self::now(), 1));
        proc_terminate($process, 9);
        proc_close($process);
        self::assertFalse($its->lives(self::now(), self::HOUR));
        $run = new Run('20260101T000000Z-000001', 'backup', 'schedule', [], $its, self::now(), self::HOUR);
        self::assertSame(Outcome::Died, $run->outcome());
        self::assertTrue($run->outcome()->isFailure());
    }

    public function testAnotherProcessWithItsNumberIsNotIt(): void
    {
        $birth = explode('/', Process::own()->toArray()['birth']);
        self::assertFalse(self::like(['birth' => "$birth[0]/$birth[1]/1"])->lives(self::now(), self::HOUR));
    }

    public function testAfterARebootItIsGone(): void
    {
        $birth = explode('/', Process::own()->toArray()['birth']);
        self::assertFalse(self::like(['birth' => "11111111-2222-3333-4444-555555555555/$birth[1]/$birth[2]"])->lives(self::now(), self::HOUR));
    }

    public function testWhereNobodyCanLookItsTimeLimitTells(): void
    {
        $birth = explode('/', Process::own()->toArray()['birth']);
        foreach (['another machine' => ['node' => 'another'], 'another container of this one' => ['birth' => "$birth[0]/pid:[1]/$birth[2]"], 'no /proc' => ['birth' => '']] as $name => $other) {
            self::assertTrue(self::like($other)->lives(self::now(), self::HOUR), $name);
            self::assertFalse(self::like($other)->lives(self::now(2 * self::HOUR), self::HOUR), $name);
        }
        self::assertFalse(self::like(['node' => 'another'])->lives('', self::HOUR));
    }
}
