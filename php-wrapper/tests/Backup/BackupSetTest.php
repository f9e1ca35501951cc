<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Backup;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class BackupSetTest extends TestCase
{
    use TemporaryDirectory;

    private const ID = '20261124T190550Z-1a2b3c';

    public function testReadsACompleteSet(): void
    {
        $set = $this->set(self::ID, 'tool.tar.zst', 3);
        self::assertSame([BackupSet::COMPLETE, ''], [$set->state, $set->problem]);
        self::assertSame('2026-11-24T19:05:50Z', $set->toArray()['created']);
        self::assertSame(3, $set->part('tool')['stored_bytes'] ?? null);
        self::assertNull($set->part('code'));
    }

    public function testWithoutBackupJsonItIsUnfinished(): void
    {
        mkdir($this->temporaryDirectory() . '/' . self::ID);
        self::assertSame(BackupSet::UNFINISHED, BackupSet::read($this->temporaryDirectory() . '/' . self::ID)->state);
    }

    /** @dataProvider damages */
    public function testTellsDamage(string $id, string $file, int $length, bool $remove): void
    {
        $set = $this->set($id, $file, $length, $remove);
        self::assertSame(BackupSet::DAMAGED, $set->state);
        self::assertNotSame('', $set->problem);
    }

    /** @return iterable<string, array{string, string, int, bool}> */
    public static function damages(): iterable
    {
        yield 'another length' => [self::ID, 'tool.tar.zst', 4, false];
        yield 'part missing' => [self::ID, 'tool.tar.zst', 3, true];
        yield 'of another set' => ['20261124T190550Z-ffffff', 'tool.tar.zst', 3, false];
        yield 'a file name that leads out' => [self::ID, '../tool.tar.zst', 3, false];
    }

    private function set(string $id, string $file, int $length, bool $remove = false): BackupSet
    {
        $path = $this->temporaryDirectory() . '/' . self::ID;
        mkdir($path);
        $part = ['name' => 'tool', 'file' => $file, 'path' => 'vendor/magento/data-migration-tool', 'exclude' => [], 'files' => 1, 'bytes' => 1, 'stored_bytes' => $length, 'sha256' => ''];
        file_put_contents($path . '/backup.json', json_encode(['id' => $id, 'parts' => [$part]]));
        if (!$remove) {
            file_put_contents($path . '/tool.tar.zst', 'abc');
        }

        return BackupSet::read($path);
    }
}
