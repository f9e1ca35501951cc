<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Runs;

use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Process;
use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\RunStore;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class RunStoreTest extends TestCase
{
    use TemporaryDirectory;

    private function ended(string $job, int $number): Run
    {
        return new Run(sprintf('20260101T000000Z-%06x', $number), $job, 'schedule', [], Process::own(), '2026-01-01T00:00:00Z', 60, '2026-01-01T00:00:01Z', 0);
    }

    public function testTheLastRunsAreKeptAndTheLastOneOfEachJob(): void
    {
        $store = new RunStore($this->temporaryDirectory());
        $store->save($this->ended('backup', 0));
        $store->save($this->ended('backup', 1));
        for ($i = 2; $i < 210; $i++) {
            $store->save($this->ended('check', $i));
        }
        self::assertCount(201, $store->all(300));
        self::assertNull($store->find($this->ended('backup', 0)->id));
        self::assertSame($this->ended('backup', 1)->id, $store->last('backup')?->id, 'however many checks came after it');
        self::assertSame($this->ended('check', 209)->id, $store->all(1)[0]->id);
        self::assertSame(['check', 'backup'], array_map(static fn (Run $run): string => $run->job, $store->lasts()));
    }

    public function testAllRecordsGoAndNothingElse(): void
    {
        $root = $this->temporaryDirectory();
        $store = new RunStore($root);
        $store->save($this->ended('check', 1));
        $store->remove();
        self::assertDirectoryDoesNotExist($root . '/' . RunStore::DIRECTORY);
        self::assertDirectoryExists($root . '/var/lockstep');
        $store->remove();
        self::assertSame([], $store->all());
    }

    public function testAnIdIsNoPath(): void
    {
        $root = $this->temporaryDirectory();
        (new RunStore($root))->save($this->ended('check', 1));
        file_put_contents($root . '/var/lockstep/secret.json', (string) file_get_contents($root . '/' . RunStore::DIRECTORY . '/' . $this->ended('check', 1)->id . '.json'));
        self::assertNull((new RunStore($root))->find('../secret'));
        self::assertNull((new RunStore($root))->find(''));
    }

    public function testRubbishIsLeftOut(): void
    {
        $root = $this->temporaryDirectory();
        $store = new RunStore($root);
        $store->save($this->ended('check', 1));
        foreach (['20260101T000000Z-000002' => '{', '20260101T000000Z-000003' => '[]', '20260101T000000Z-000004' => '{"id":7}', 'other' => '{"id":"other"}'] as $name => $text) {
            file_put_contents($root . '/' . RunStore::DIRECTORY . '/' . $name . '.json', $text);
        }
        self::assertCount(1, $store->all());
        self::assertNull($store->last('backup'));
    }

    public function testWhatNoJsonTakesIsReplaced(): void
    {
        $store = new RunStore($this->temporaryDirectory());
        $run = $this->ended('check', 1)->end(1, "caf\xe9", ['path' => "\xff"]);
        $store->save($run);
        $found = $store->find($run->id);
        self::assertSame("caf\u{fffd}", $found?->message);
        self::assertSame(Outcome::Failed, $found->outcome());
    }

    public function testARecordThatCannotBeWrittenIsTold(): void
    {
        $root = $this->temporaryDirectory();
        file_put_contents($root . '/var', '');
        $this->expectException(\RuntimeException::class);
        $this->expectExceptionMessage('cannot be made');
        (new RunStore($root))->save($this->ended('check', 1));
    }
}
