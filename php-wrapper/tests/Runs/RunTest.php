<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Runs;

use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Run;
use PHPUnit\Framework\TestCase;

final class RunTest extends TestCase
{
    public function testItsJsonHoldsAllOfIt(): void
    {
        $run = Run::begin('backup', 'request', ['migration:tool:backup', '--db'], 60)->end(8, 'why', ['bytes' => 7]);
        self::assertSame(['id', 'job', 'trigger', 'command', 'process', 'started', 'limit', 'ended', 'outcome', 'exit_code', 'message', 'result'], array_keys($run->toArray()));
        self::assertEquals($run, Run::fromArray($run->toArray()));
        self::assertSame('failed', $run->toArray()['outcome']);
    }

    public function testARecordOfAnotherVersionIsReadAsFarAsItGoes(): void
    {
        $id = Run::begin('', '', [], 0)->id;
        $run = Run::fromArray(['id' => $id, 'job' => 7, 'command' => 'x', 'process' => null, 'limit' => '1', 'exit_code' => '0', 'result' => 'x']);
        self::assertNotNull($run);
        self::assertSame(['', [], 0, null, null], [$run->job, $run->command, $run->limit, $run->exitCode, $run->result]);
        self::assertSame(Outcome::Died, $run->outcome(), 'nobody knows when it began');
        self::assertNull(Run::fromArray(['id' => '../' . $id]));
        self::assertNull(Run::fromArray([]));
    }

    public function testEachOutcomeSaysWhetherAPersonMustHearOfIt(): void
    {
        $failures = array_filter(Outcome::cases(), static fn (Outcome $outcome): bool => $outcome->isFailure());
        self::assertSame(['refused', 'busy', 'failed', 'died'], array_values(array_map(static fn (Outcome $outcome): string => $outcome->value, $failures)));
    }
}
