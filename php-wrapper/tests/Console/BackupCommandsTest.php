<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

use Lockstep\MigrationTool\ExitCode;

final class BackupCommandsTest extends ApplicationTestCase
{
    public function testBacksUpListsVerifiesAndRestoresTheTool(): void
    {
        $backup = $this->json(ExitCode::DONE, 'migration:tool:backup');
        $id = self::at($backup, 'id');
        self::assertIsString($id);
        foreach (['name', 'file', 'files', 'bytes', 'stored_bytes', 'frames', 'frames_reused', 'seconds', 'sha256'] as $key) {
            self::at($backup, 'parts', '0', $key);
        }
        self::assertSame('tool', self::at($backup, 'parts', '0', 'name'));
        self::assertSame($id, self::at($this->json(ExitCode::DONE, 'migration:tool:backup:list'), 'backups', '0', 'id'));
        self::assertTrue(self::at($this->json(ExitCode::DONE, 'migration:tool:backup:verify', ['id' => 'latest']), 'ok'));

        $map = $this->root . '/' . SmallShop::TOOL . '/etc/map.xml';
        file_put_contents($map, 'edited');
        touch($this->root . '/' . SmallShop::TOOL . '/new');
        $this->json(ExitCode::DONE, 'migration:tool:backup:restore', ['id' => $id, '--tool' => true]);
        self::assertSame("<map/>\n", file_get_contents($map));
        self::assertFileDoesNotExist($this->root . '/' . SmallShop::TOOL . '/new');
    }

    public function testRestoresTheCodeAndLeavesAloneWhatTheBackupLeftOut(): void
    {
        $this->json(ExitCode::DONE, 'migration:tool:backup', ['--code' => true]);
        file_put_contents($this->root . '/app/etc/env.php', 'edited');
        file_put_contents($this->root . '/pub/media/picture.jpg', 'newer picture');
        unlink($this->root . '/pub/index.php');
        touch($this->root . '/extra');
        $this->json(ExitCode::DONE, 'migration:tool:backup:restore', ['id' => 'latest', '--code' => true]);
        self::assertStringContainsString('secret', (string) file_get_contents($this->root . '/app/etc/env.php'));
        self::assertSame('newer picture', file_get_contents($this->root . '/pub/media/picture.jpg'));
        self::assertSame('log', file_get_contents($this->root . '/var/log/system.log'));
        self::assertFileExists($this->root . '/pub/index.php');
        self::assertFileDoesNotExist($this->root . '/extra');
    }

    public function testRestoresOnePathAndIntoAnotherDirectory(): void
    {
        $this->json(ExitCode::DONE, 'migration:tool:backup', ['--code' => true]);
        file_put_contents($this->root . '/app/etc/env.php', 'edited');
        file_put_contents($this->root . '/pub/index.php', 'edited');
        $this->json(ExitCode::DONE, 'migration:tool:backup:restore', ['id' => 'latest', '--path' => 'app/etc/env.php']);
        self::assertStringContainsString('secret', (string) file_get_contents($this->root . '/app/etc/env.php'));
        self::assertSame('edited', file_get_contents($this->root . '/pub/index.php'));
        $to = $this->temporaryDirectory() . '/to';
        $this->json(ExitCode::DONE, 'migration:tool:backup:restore', ['id' => 'latest', '--to' => $to]);
        self::assertSame("<?php\n", file_get_contents($to . '/pub/index.php'));
        $document = $this->json(ExitCode::PREFLIGHT, 'migration:tool:backup:restore', ['id' => 'latest', '--to' => $to]);
        self::assertSame('not-empty', self::at($document, 'error', 'code'));
    }

    public function testRestoreLeavesTheBackupsWhereTheyAre(): void
    {
        $store = $this->root . '/backups';
        $this->json(ExitCode::DONE, 'migration:tool:backup', ['--code' => true, '--directory' => $store]);
        $this->json(ExitCode::DONE, 'migration:tool:backup:restore', ['id' => 'latest', '--directory' => $store]);
        self::assertTrue(self::at($this->json(ExitCode::DONE, 'migration:tool:backup:verify', ['--directory' => $store]), 'ok'));
    }

    public function testTheArchiveOfAnotherBackupIsNoBackup(): void
    {
        $this->json(ExitCode::DONE, 'migration:tool:backup');
        $older = self::at($this->json(ExitCode::DONE, 'migration:tool:backup:list'), 'backups', '0', 'path');
        $newer = self::at($this->json(ExitCode::DONE, 'migration:tool:backup'), 'path');
        self::assertIsString($older);
        self::assertIsString($newer);
        copy($older . '/tool.tar.zst', $newer . '/tool.tar.zst');
        $about = json_decode((string) file_get_contents($newer . '/backup.json'), true);
        $trusted = json_decode((string) file_get_contents($older . '/backup.json'), true);
        self::assertIsArray($about);
        self::assertIsArray($trusted);
        unset($about['authentication']); // as a set from before it was sealed
        file_put_contents($newer . '/backup.json', json_encode(['parts' => $trusted['parts']] + $about));
        self::assertFalse(self::at($this->json(ExitCode::BACKUP, 'migration:tool:backup:verify', ['id' => basename($newer)]), 'ok'));
        $document = $this->json(ExitCode::BACKUP, 'migration:tool:backup:restore', ['id' => basename($newer)]);
        self::assertSame('another-archive', self::at($document, 'error', 'code'));
    }

    public function testStateIsPrivateWhateverTheUmask(): void
    {
        $umask = umask(0);
        try {
            $this->json(ExitCode::DONE, 'migration:tool:backup');
        } finally {
            umask($umask);
        }
        $entries = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($this->root . '/var/lockstep', \FilesystemIterator::SKIP_DOTS | \FilesystemIterator::CURRENT_AS_PATHNAME), \RecursiveIteratorIterator::SELF_FIRST);
        /** @var string $path */
        foreach ($entries as $path) {
            self::assertSame(is_dir($path) ? 0700 : 0600, fileperms($path) & 07777, $path);
        }
    }

    public function testABadArchiveIsNamedAndNotRestored(): void
    {
        $backup = $this->json(ExitCode::DONE, 'migration:tool:backup');
        $path = self::at($backup, 'path');
        self::assertIsString($path);
        $archive = $path . '/tool.tar.zst';
        $bytes = (string) file_get_contents($archive);
        $bytes[40] = $bytes[40] === 'x' ? 'y' : 'x';
        file_put_contents($archive, $bytes);
        $document = $this->json(ExitCode::BACKUP, 'migration:tool:backup:verify');
        self::assertFalse(self::at($document, 'ok'));
        self::assertNotSame([], self::at($document, 'backups', '0', 'parts', '0', 'bad'));
        file_put_contents($this->root . '/' . SmallShop::TOOL . '/etc/map.xml', 'edited');
        $this->json(ExitCode::BACKUP, 'migration:tool:backup:restore', ['id' => 'latest', '--tool' => true]);
        self::assertSame('edited', file_get_contents($this->root . '/' . SmallShop::TOOL . '/etc/map.xml'));
        self::assertSame([], glob($this->root . '/var/lockstep/stage/*'));
    }

    /**
     * @dataProvider refusals
     * @param array<string, mixed> $arguments
     */
    public function testRefuses(int $exitCode, string $error, string $command, array $arguments): void
    {
        $document = $this->json($exitCode, $command, $arguments);
        self::assertSame('error', self::at($document, 'status'));
        self::assertSame($error, self::at($document, 'error', 'code'));
    }

    /** @return iterable<string, array{int, string, string, array<string, mixed>}> */
    public static function refusals(): iterable
    {
        yield 'level' => [ExitCode::PREFLIGHT, 'option', 'migration:tool:backup', ['--level' => '20']];
        yield 'directory below pub' => [ExitCode::PREFLIGHT, 'backup-directory', 'migration:tool:backup', ['--directory' => 'PUB']];
        yield 'directory with code in it' => [ExitCode::PREFLIGHT, 'backup-directory', 'migration:tool:backup', ['--directory' => 'APP']];
        yield 'no such backup' => [ExitCode::BACKUP, 'no-backup', 'migration:tool:backup:restore', ['id' => '2026']];
        yield 'nothing to verify' => [ExitCode::BACKUP, 'no-backup', 'migration:tool:backup:verify', []];
        yield 'no such option' => [ExitCode::UNEXPECTED, 'usage', 'migration:tool:backup', ['--none' => true]];
    }

    protected function json(int $exitCode, string $command, array $arguments = []): array
    {
        $directories = ['PUB' => 'pub/backups', 'APP' => 'app'];
        $directory = $arguments['--directory'] ?? null;
        if (is_string($directory) && isset($directories[$directory])) {
            $arguments['--directory'] = $this->root . '/' . $directories[$directory];
        }

        return parent::json($exitCode, $command, $arguments);
    }
}
