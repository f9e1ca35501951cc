<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** Backup, list, verify, restore. */
final class BackupTest extends ShopTestCase
{
    public function testBackupListVerifyRestore(): void
    {
        $shop = $this->shop();
        $backup = $this->magento($shop, 'backup', '--tool', '--code', '--format=json');
        $this->assertExit(0, $backup);
        $json = $backup->json();
        self::assertSame(['tool', 'code'], array_column($json['parts'], 'name'));
        foreach (['name', 'file', 'files', 'bytes', 'stored_bytes', 'frames', 'frames_reused', 'seconds', 'sha256'] as $key) {
            self::assertArrayHasKey($key, $json['parts'][1]);
        }
        foreach ($json['parts'] as $part) {
            $file = $json['path'] . '/' . basename($part['file']);
            self::assertSame($part['sha256'], hash_file('sha256', $file));
            self::assertSame('600', sprintf('%o', fileperms($file) & 0777));
            $this->assertExit(0, Program::run(['zstd', '-tq', $file], '/', $this->environment()));
            $this->assertExit(0, Program::run(['bsdtar', '-tf', $file], '/', $this->environment()));
        }
        $this->assertExit(0, $this->magento($shop, 'backup:verify'));
        self::assertStringContainsString($json['id'], $this->magento($shop, 'backup:list')->stdout);

        $before = $shop->snapshot();
        $shop->put(Site::CONFIG, 'broken');
        unlink($shop->path('app/etc/env.php'));
        $shop->put('app/code/new.php', 'new');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $json['id'], '--tool'));
        self::assertStringContainsString('fixture-m1-secret', $shop->get(Site::CONFIG));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--code'));
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    public function testASecondBackupCopiesWhatDidNotChange(): void
    {
        $shop = $this->shop();
        sleep(3); // what was made just now is too young to be taken for unchanged
        $first = $this->magento($shop, 'backup', '--code', '--format=json')->json();
        self::assertSame(0, $first['parts'][0]['frames_reused']);
        $second = $this->magento($shop, 'backup', '--code', '--format=json')->json()['parts'][0];
        self::assertSame($second['frames'] - 1, $second['frames_reused']);
        self::assertSame(0, $second['frames_reread']);
        self::assertNull($second['no_parent']);

        $this->assertExit(0, Program::run(['rm', '-rf', $first['path']], '/', $this->environment()));
        $this->assertExit(0, $this->magento($shop, 'backup:verify')); // it stands alone

        $shop->put('app/code/new.php', 'new');
        $third = $this->magento($shop, 'backup', '--code');
        $this->assertExit(0, $third);
        self::assertStringContainsString('copied from the last backup', $third->stdout);
        $full = $this->magento($shop, 'backup', '--code', '--full', '--format=json')->json()['parts'][0];
        self::assertSame(0, $full['frames_reused']);
    }

    public function testADamagedBackupIsNotBuiltOn(): void
    {
        $shop = $this->shop();
        $json = $this->magento($shop, 'backup', '--code', '--format=json')->json();
        $file = $json['path'] . '/code.tar.zst';
        $bytes = (string)file_get_contents($file);
        file_put_contents($file, substr_replace($bytes, chr(ord($bytes[5000]) ^ 1), 5000, 1));

        $second = $this->magento($shop, 'backup', '--code');
        $this->assertExit(0, $second);
        self::assertStringContainsString('cannot be built on', $second->all());
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest'));
    }

    public function testMediaAndPatterns(): void
    {
        $shop = $this->shop();
        foreach (['catalog/product/cache/ab/x.jpg', 'catalog/product/a/b/x.jpg', 'tmp/upload.bin', 'wysiwyg/notes.log'] as $file) {
            $this->assertExit(0, Program::run(['install', '-D', '/dev/null', $shop->path("pub/media/$file")], '/', $this->environment()));
        }
        $json = $this->magento($shop, 'backup', '--tool', '--code', '--media', '--exclude=*.log', '--exclude=/app/code/', '--format=json')->json();
        self::assertContains('media', array_column($json['parts'], 'name'));
        $media = $this->members($json, 'media');
        self::assertContains('pub/media/catalog/product/a/b/x.jpg', $media);
        self::assertSame([], preg_grep('~/cache|tmp|log$~', $media));
        self::assertSame([], preg_grep('~^app/code~', $this->members($json, 'code')));
        self::assertNotSame([], preg_grep('~^app/etc~', $this->members($json, 'code')));

        $wrong = $this->magento($shop, 'backup', '--exclude=[a', '--format=json');
        $this->assertExit(4, $wrong);
        self::assertStringContainsString('has no end', $wrong->json()['error']['message']);
        $without = $this->shop();
        rmdir($without->path('pub/media'));
        $this->assertExit(4, $this->magento($without, 'backup', '--media'));
    }

    /**
     * @param array<string, mixed> $json
     * @return list<string>
     */
    private function members(array $json, string $part): array
    {
        $list = Program::run(['tar', '--zstd', '-tf', "{$json['path']}/$part.tar.zst"], '/', $this->environment());
        $this->assertExit(0, $list);

        return explode("\n", trim($list->stdout));
    }

    public function testAnotherTarReadsTheSameTree(): void
    {
        $shop = $this->shop();
        $json = $this->magento($shop, 'backup', '--code', '--format=json')->json();
        $ours = Site::directory('ours');
        $theirs = Site::directory('theirs');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $json['id'], '--code', "--to=$ours"));
        $this->assertExit(0, Program::run(['tar', '--zstd', '-xpf', $json['path'] . '/code.tar.zst', '-C', $theirs], '/', $this->environment()));
        self::assertSame([], Snapshot::of($theirs)->differences(Snapshot::of($ours)));
        self::assertNotSame([], Snapshot::of($ours)->paths());
        self::assertFileDoesNotExist("$ours/var/lockstep");
    }

    public function testOneFileOutOfABackup(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $before = $shop->snapshot();
        $shop->put('app/etc/env.php', '<?php return [];');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--code', '--path=app/etc/env.php'));
        $this->assertUnchanged($before, $shop);
    }

    public function testADamagedArchiveIsNamedAndNotRestored(): void
    {
        $shop = $this->shop();
        $json = $this->magento($shop, 'backup', '--format=json')->json();
        $file = $json['path'] . '/tool.tar.zst';
        $good = (string)file_get_contents($file);
        rename($shop->path(Site::TOOL . '/etc'), $shop->path('var/etc')); // so that the frames are needed
        $before = $shop->snapshot();
        $damages = [
            'flipped' => substr_replace($good, chr(ord($good[1000]) ^ 1), 1000, 1),
            'flipped in the middle' => substr_replace($good, chr(ord($good[intdiv(strlen($good), 2)]) ^ 16), intdiv(strlen($good), 2), 1),
            'cut' => substr($good, 0, -7),
            'empty' => '',
            'longer' => $good . 'x',
            'no archive' => str_repeat('Rar!', 1000),
        ];
        foreach ($damages as $name => $damaged) {
            file_put_contents($file, $damaged);
            $verify = $this->magento($shop, 'backup:verify', '--format=json');
            self::assertSame(8, $verify->exit, "$name\n$verify");
            self::assertSame(8, $this->magento($shop, 'backup:restore', 'latest', '--tool')->exit, $name);
            $this->assertUnchanged($before, $shop, $name);
        }
        file_put_contents($file, $good);
        $this->assertExit(0, $this->magento($shop, 'backup:verify'));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--tool'));
        self::assertSame([], Snapshot::of($shop->path('var/etc'))->differences(Snapshot::of($shop->path(Site::TOOL . '/etc'))));
    }

    public function testUnknownBackups(): void
    {
        $shop = $this->shop();
        foreach (['../../app/etc/env.php', '20200101T000000Z-000000', '/etc'] as $id) {
            $result = $this->magento($shop, 'backup:restore', $id);
            self::assertNotSame(0, $result->exit, $id);
        }
        $this->assertExit(0, $this->magento($shop, 'backup:list'));
        $this->assertExit(0, $this->magento($shop, 'recover'));
    }

    public function testABackupDirectoryElsewhere(): void
    {
        $shop = $this->shop();
        $directory = Site::directory('backups');
        $this->assertExit(0, $this->magento($shop, 'backup', "--directory=$directory"));
        $this->assertExit(0, $this->magento($shop, 'backup:verify', "--directory=$directory"));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', "--directory=$directory"));
    }
}
