<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Sets listed and verified: good ones, damaged ones, those of others. */
final class BackupSetsTest extends ShopTestCase
{
    public function testTheMembersAreThoseThatTarLists(): void
    {
        $shop = $this->shop();
        $shop->put("app/code/new\nline \e[31m.txt", '');
        link($shop->path('composer.json'), $shop->path('composer.second'));
        $backup = $this->magento($shop, 'backup', '--tool', '--code', '--format=json')->json();
        $tar = Program::run(['tar', '--zstd', '-tvf', $backup['path'] . '/code.tar.zst'], '/', ['TZ' => 'UTC', 'LC_ALL' => 'C.UTF-8'] + $this->environment());
        $this->assertExit(0, $tar);
        self::assertSame($tar->stdout, $this->magento($shop, 'backup:list', $backup['id'], '--code')->stdout);

        $json = $this->magento($shop, 'backup:list', 'latest', '--format=json')->json();
        self::assertSame(['ok', 0, $backup['id']], [$json['status'], $json['exit_code'], $json['id']]);
        self::assertSame(['tool', 'code'], array_column($json['parts'], 'name'));
        self::assertSame(array_column($backup['parts'], 'members'), array_map(static fn (array $part): int => count($part['members']), $json['parts']));

        $one = $this->magento($shop, 'backup:list', 'latest', '--code', '--path=./app/etc/', '--format=json')->json()['parts'][0]['members'];
        self::assertContains('app/etc/env.php', array_column($one, 'path'));
        self::assertSame('app/etc', $one[0]['path']);
        $env = $one[array_search('app/etc/env.php', array_column($one, 'path'), true)];
        self::assertSame([hash_file('sha256', $shop->path('app/etc/env.php')), sprintf('%04o', fileperms($shop->path('app/etc/env.php')) & 07777), filesize($shop->path('app/etc/env.php'))], [$env['sha256'], $env['mode'], $env['size']]);
    }

    public function testWhatCannotBeListed(): void
    {
        $shop = $this->shop();
        $backup = $this->magento($shop, 'backup', '--format=json')->json();
        self::assertSame(8, $this->magento($shop, 'backup:list', 'latest', '--path=app')->exit);
        self::assertSame(8, $this->magento($shop, 'backup:list', 'latest', '--code')->exit);
        self::assertSame(8, $this->magento($shop, 'backup:list', '2020')->exit);
        self::assertSame(4, $this->magento($shop, 'backup:list', '--path=app')->exit);
        $file = $backup['path'] . '/tool.tar.zst';
        file_put_contents($file, substr_replace((string)file_get_contents($file), 'x', -60, 1));
        $result = $this->magento($shop, 'backup:list', 'latest', '--format=json');
        self::assertSame([8, 'error', 8], [$result->exit, $result->json()['status'], $result->json()['exit_code']]);
        self::assertSame([], $result->json()['parts'][0]['members']);
    }

    public function testTheListTellsWhatSetsAre(): void
    {
        $shop = $this->shop();
        $ids = [];
        for ($i = 0; $i < 5; $i++) {
            $ids[] = $this->magento($shop, 'backup', '--format=json')->json()['id'];
        }
        $store = 'var/lockstep/backups/';
        unlink($shop->path($store . $ids[0] . '/tool.tar.zst'));
        unlink($shop->path($store . $ids[1] . '/backup.json'));
        copy($shop->path($store . $ids[3] . '/tool.tar.zst'), $shop->path($store . $ids[2] . '/tool.tar.zst'));
        $json = $shop->get($store . $ids[2] . '/backup.json');
        $shop->put($store . $ids[2] . '/backup.json', (string)preg_replace('/"stored_bytes": \d+/', '"stored_bytes": ' . filesize($shop->path($store . $ids[3] . '/tool.tar.zst')), $json));
        $file = $shop->path($store . $ids[4] . '/tool.tar.zst');
        file_put_contents($file, substr_replace((string)file_get_contents($file), 'x', 500, 1)); // only reading back finds it
        $shop->put($store . 'readme', 'mine');

        $list = $this->list($shop);
        self::assertSame(['damaged', 'unfinished', 'damaged', 'complete', 'complete'], array_map(static fn (string $id): string => $list[$id]['state'], $ids));
        self::assertStringContainsString('tool.tar.zst is missing', $list[$ids[0]]['problem']);
        self::assertStringContainsString('another backup', $list[$ids[2]]['problem']);
        self::assertNull($list[$ids[3]]['verified']);

        $verify = $this->magento($shop, 'backup:verify', '--format=json');
        self::assertSame(8, $verify->exit);
        $verified = array_column($verify->json()['backups'], 'ok', 'id');
        self::assertEquals([$ids[0] => false, $ids[2] => false, $ids[3] => true, $ids[4] => false], $verified);
        self::assertSame([$ids[1]], $verify->json()['unfinished']);

        $list = $this->list($shop);
        self::assertSame('damaged', $list[$ids[4]]['state']);
        self::assertStringContainsString('found bad', $list[$ids[4]]['problem']);
        self::assertMatchesRegularExpression('/^\d{4}-/', $list[$ids[3]]['verified']);
        $text = $this->magento($shop, 'backup:list');
        $this->assertExit(0, $text);
        foreach (['unfinished', 'is missing', 'found bad', 'readme', '5 sets'] as $expected) {
            self::assertStringContainsString($expected, $text->stdout);
        }
    }

    public function testEachBadMemberIsNamedAndSeveralSetsAreVerified(): void
    {
        $shop = $this->shop();
        $good = $this->magento($shop, 'backup', '--format=json')->json();
        $bad = $this->magento($shop, 'backup', '--code', '--level=1', '--format=json')->json();
        self::assertSame(0, $this->magento($shop, 'backup:verify', '--all')->exit);
        $file = $bad['path'] . '/code.tar.zst';
        $bytes = (string)file_get_contents($file);
        file_put_contents($file, substr_replace($bytes, chr(ord($bytes[20000]) ^ 1), 20000, 1));

        $this->assertExit(0, $this->magento($shop, 'backup:verify', $good['id']));
        $result = $this->magento($shop, 'backup:verify', $good['id'], $bad['id'], $good['id']);
        $this->assertExit(8, $result);
        self::assertStringContainsString('1 of 2 sets are bad', $result->stdout);
        $json = $this->magento($shop, 'backup:verify', $bad['id'], '--format=json')->json();
        self::assertSame('corrupt', $json['backups'][0]['parts'][0]['status']);
        self::assertNotSame([], $json['backups'][0]['parts'][0]['bad']);

        file_put_contents($file, $bytes);
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest', $good['id'])); // the record of the last time does not count
        self::assertSame('complete', $this->list($shop)[$bad['id']]['state']);
        self::assertSame(4, $this->magento($shop, 'backup:verify', '--all', 'latest')->exit);
    }

    public function testTamperingAndAnotherShopAreToldApart(): void
    {
        $shop = $this->shop();
        $other = $this->shop();
        $store = Site::directory('store');
        $mine = $this->magento($shop, 'backup', "--directory=$store", '--format=json')->json();
        $theirs = $this->magento($other, 'backup', "--directory=$store", '--format=json')->json();
        $list = $this->list($shop, "--directory=$store");
        self::assertSame([false, true], [$list[$mine['id']]['other_key'], $list[$theirs['id']]['other_key']]);
        self::assertStringContainsString('of another shop', $list[$theirs['id']]['problem']);
        $verify = $this->magento($shop, 'backup:verify', $theirs['id'], "--directory=$store", '--format=json');
        $this->assertExit(8, $verify);
        self::assertSame('unknown-key', $verify->json()['backups'][0]['parts'][0]['status']);
        self::assertStringContainsString('of another shop', $verify->json()['backups'][0]['parts'][0]['bad'][0]);
        self::assertFileDoesNotExist($theirs['path'] . '/verified.json', 'nothing was learnt of it');

        // the label is in the authenticated head: who changes it without the key is found out
        $file = $mine['path'] . '/tool.tar.zst';
        $bytes = (string)file_get_contents($file);
        self::assertStringContainsString($mine['id'], $bytes);
        file_put_contents($file, str_replace($mine['id'], strtr($mine['id'], '2', '3'), $bytes));
        $verify = $this->magento($shop, 'backup:verify', $mine['id'], "--directory=$store", '--format=json');
        $this->assertExit(8, $verify);
        self::assertSame('authentication', $verify->json()['backups'][0]['parts'][0]['status'], (string)$verify);
    }

    public function testShopsThatShareADirectoryDoNotMeet(): void
    {
        $shop = $this->shop();
        $other = $this->shop();
        $store = Site::directory('store');
        sleep(3); // what was made just now is too young to be taken for unchanged
        $mine = $this->magento($shop, 'backup', "--directory=$store", '--format=json')->json();
        $this->assertExit(0, $this->magento($other, 'backup', "--directory=$store"));
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest', "--directory=$store"));
        self::assertSame($mine['id'], $this->magento($shop, 'backup:list', 'latest', "--directory=$store", '--format=json')->json()['id']);
        $second = $this->magento($shop, 'backup', "--directory=$store", '--format=json')->json();
        self::assertNull($second['parts'][0]['no_parent']);
        self::assertGreaterThan(0, $second['parts'][0]['frames_reused'], 'the other shop\'s newer backup is passed over');
    }

    public function testWhateverTheUmask(): void
    {
        $shop = $this->shop();
        foreach (['backup', 'backup:verify'] as $command) {
            $this->assertExit(0, Program::run(['sh', '-c', 'umask 000; exec "$@"', 'sh', ...self::php(), 'bin/magento', "migration:tool:$command", '-n'], $shop->root, $this->environment()));
        }
        $found = Program::run(['find', $shop->path('var/lockstep'), '-perm', '/077', '-print'], '/', $this->environment());
        self::assertSame('', $found->stdout, 'nothing is open to others');
        self::assertCount(1, glob($shop->path('var/lockstep/backups/*/verified.json')) ?: []);
    }

    public function testASetThatIsReadOnlyIsVerifiedWithoutARecord(): void
    {
        $shop = $this->shop();
        $backup = $this->magento($shop, 'backup', '--format=json')->json();
        $this->assertExit(0, Program::run(['unshare', '--mount', 'sh', '-c', 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && cd "$2" && shift 2 && exec "$@"', 'sh', $backup['path'], $shop->root, ...self::php(), 'bin/magento', 'migration:tool:backup:verify'], '/', $this->environment()));
        self::assertFileDoesNotExist($backup['path'] . '/verified.json');
    }

    /** @return array<string, array<string, mixed>> by ID */
    private function list(Site $shop, string ...$arguments): array
    {
        return array_column($this->magento($shop, 'backup:list', '--format=json', ...$arguments)->json()['backups'], null, 'id');
    }
}
