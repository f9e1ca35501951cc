<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\Group;

/** Old backups removed: by rules, never the last good one, never what is not ours, killed at any time. */
final class PruneTest extends ShopTestCase
{
    public function testKeepsWhatTheRulesSayAndRemovesTheRest(): void
    {
        $shop = $this->shop();
        $code = $this->backup($shop, '--code');
        $tools = [$this->backup($shop), $this->backup($shop), $this->backup($shop)];
        $before = $this->tree($shop->path('var/lockstep/backups'));

        $dry = $this->magento($shop, 'backup:prune', '--keep-last=2', '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        self::assertSame($before, $this->tree($shop->path('var/lockstep/backups')), 'a dry run removes nothing');

        $size = array_sum(array_map('filesize', glob($shop->path("var/lockstep/backups/$tools[0]/*")) ?: []));
        $prune = $this->magento($shop, 'backup:prune', '--keep-last=2', '--format=json');
        $this->assertExit(0, $prune);
        $json = $prune->json();
        self::assertSame([['id' => $tools[0], 'bytes' => $size, 'reason' => 'no rule keeps it']], $json['removed']);
        self::assertSame($size, $json['freed_bytes']);
        self::assertSame([$code, $tools[1], $tools[2]], array_column($json['kept'], 'id'));
        self::assertContains('newest code', $json['kept'][0]['reasons']);
        self::assertSame([false, true], [$json['dry_run'], $dry->json()['dry_run']]);
        self::assertSame(array_diff_key($json, ['dry_run' => 0]), array_diff_key($dry->json(), ['dry_run' => 0]));
        self::assertSame([$code, $tools[1], $tools[2]], $this->names($shop->path('var/lockstep/backups')));
        $this->assertExit(0, $this->magento($shop, 'backup:verify'));

        $text = $this->magento($shop, 'backup:prune', '--max-size=1K');
        $this->assertExit(0, $text);
        self::assertStringContainsString('more than --max-size', $text->stdout);
        self::assertStringContainsString('more than --max-size', $text->stderr, 'it is said that the rest does not fit');
        self::assertSame([$code, $tools[2]], $this->names($shop->path('var/lockstep/backups')));
    }

    public function testWithoutARuleNothingIsRemoved(): void
    {
        $shop = $this->shop();
        $ids = [$this->backup($shop), $this->backup($shop)];
        foreach ([[], ['--keep-last=0', '--keep-daily=0'], ['--max-size=0'], ['--damaged'], ['--keep-last=-1'], ['--keep-last=all'], ['--max-size=lots']] as $options) {
            $result = $this->magento($shop, 'backup:prune', ...$options);
            self::assertSame(4, $result->exit, implode(' ', $options) . "\n$result");
        }
        self::assertStringContainsString('--keep-daily=7', $this->magento($shop, 'backup:prune')->stderr);
        self::assertSame($ids, $this->names($shop->path('var/lockstep/backups')));
    }

    public function testNothingOfOthersIsTouched(): void
    {
        $shop = $this->shop();
        $other = $this->shop();
        $store = Site::directory('shared');
        $theirs = $this->backup($other, "--directory=$store");
        [$mixed, $gone, $newest] = [$this->backup($shop, "--directory=$store"), $this->backup($shop, "--directory=$store"), $this->backup($shop, "--directory=$store")];
        file_put_contents("$store/$mixed/notes.txt", 'mine');
        file_put_contents("$store/backup.sh", '#!/bin/sh');
        mkdir("$store/$newest.old");
        mkdir("$store/" . strtolower($newest));
        mkdir("$store/20269999T999999Z-123456");
        touch("$store/20269999T999999Z-123456", 1);
        $elsewhere = Site::directory('elsewhere');
        file_put_contents("$elsewhere/tool.tar.zst", 'x');
        touch($elsewhere, 1);
        symlink($elsewhere, "$store/20250101T000000Z-123456");
        $before = $this->names($store);

        $json = $this->magento($shop, 'backup:prune', '--keep-last=1', '--damaged', "--directory=$store", '--format=json');
        $this->assertExit(0, $json);
        self::assertSame([$gone], array_column($json->json()['removed'], 'id'));
        self::assertSame(array_values(array_diff($before, [$gone])), $this->names($store));
        self::assertFileExists("$elsewhere/tool.tar.zst");
        $ignored = array_column($json->json()['ignored'], 'reason', 'name');
        self::assertEqualsCanonicalizing([$theirs, $mixed, 'backup.sh', "$newest.old", strtolower($newest), '20269999T999999Z-123456', '20250101T000000Z-123456'], array_keys($ignored));
        self::assertStringContainsString('of another shop', $ignored[$theirs]);
        self::assertStringContainsString('notes.txt', $ignored[$mixed]);
    }

    public function testTheBackupOfTheLastUpgradeStaysWhileItCanBeUndone(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $upgrade = $this->names($shop->path('var/lockstep/backups'))[0];
        $old = $this->backup($shop);
        $newest = $this->backup($shop);
        $json = $this->magento($shop, 'backup:prune', '--keep-last=1', '--format=json')->json();
        self::assertSame([$upgrade, $newest], array_column($json['kept'], 'id'));
        self::assertSame(['backup of the last upgrade'], $json['kept'][0]['reasons']);
        self::assertSame([$old], array_column($json['removed'], 'id'));

        $this->assertExit(0, Program::run(['rm', '-rf', $shop->path('var/lockstep/undo')], '/', $this->environment()));
        $json = $this->magento($shop, 'backup:prune', '--keep-last=1', '--format=json')->json();
        self::assertSame([$upgrade], array_column($json['removed'], 'id'), 'an upgrade that cannot be undone any more needs no backup');
    }

    public function testTheLastGoodOneStaysWhateverLiesAfterIt(): void
    {
        $shop = $this->shop();
        $good = $this->backup($shop);
        $bad = $this->backup($shop);
        $file = $shop->path("var/lockstep/backups/$bad/tool.tar.zst");
        file_put_contents($file, substr_replace((string)file_get_contents($file), 'x', -50, 1)); // its manifest cannot be trusted any more
        $broken = $this->backup($shop);
        $shop->put("var/lockstep/backups/$broken/backup.json", '{');
        mkdir($shop->path('var/lockstep/backups/20250101T000000Z-abcdef'), 0700);
        touch($shop->path('var/lockstep/backups/20250101T000000Z-abcdef'), time() - 90000);
        mkdir($shop->path('var/lockstep/backups/20250102T000000Z-abcdef'), 0700);

        $json = $this->magento($shop, 'backup:prune', '--keep-last=1', '--format=json')->json();
        self::assertSame(['20250101T000000Z-abcdef'], array_column($json['removed'], 'id'), 'unfinished for more than a day');
        self::assertSame(['20250102T000000Z-abcdef', $good, $bad, $broken], array_column($json['kept'], 'id'));
        $json = $this->magento($shop, 'backup:prune', '--keep-last=1', '--damaged', '--format=json')->json();
        self::assertSame([$bad, $broken], array_column($json['removed'], 'id'));
        self::assertSame(['20250102T000000Z-abcdef', $good], $this->names($shop->path('var/lockstep/backups')));
        $this->assertExit(0, $this->magento($shop, 'backup:verify'));
    }

    #[Group('faults')]
    public function testKilledAtEachRemoval(): void
    {
        $killed = 0;
        for ($when = 1; $when <= 12; $when++) {
            $shop = $this->shop();
            for ($i = 0; $i < 3; $i++) {
                $this->backup($shop);
            }
            $newest = $this->names($shop->path('var/lockstep/backups'))[2];
            $result = $this->injected($shop, $when);
            $store = $shop->path('var/lockstep/backups');
            if ($result->exit === 0) {
                break;
            }
            $killed++;
            foreach ($this->magento($shop, 'backup:list', '--format=json')->json()['backups'] as $set) {
                self::assertContains($set['state'], ['complete', 'unfinished'], "killed at removal $when: no half backup is taken for one");
            }
            $this->assertExit(0, $this->magento($shop, 'backup:verify'));
            $this->assertExit(0, $this->magento($shop, 'backup:verify', $newest));
            foreach ($this->names($store) as $id) { // a day later
                foreach ($id === $newest ? [] : (glob("$store/$id/*") ?: []) as $file) {
                    touch($file, time() - 90000);
                }
                touch("$store/$id", time() - 90000);
            }
            $this->assertExit(0, $this->magento($shop, 'backup:prune', '--keep-last=1'));
            self::assertSame([$newest], $this->names($store), "killed at removal $when");
            $shop->remove();
        }
        self::assertGreaterThanOrEqual(4, $killed, 'kills hit a running prune');
        self::assertLessThan(12, $killed, 'all moments were tried');
    }

    private function injected(Site $shop, int $when): Result
    {
        $command = [...self::php(), 'bin/magento', 'migration:tool:backup:prune', '-n', '--keep-last=1'];

        return Program::run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=unlinkat,rmdir', '-e', "inject=unlinkat,rmdir:signal=KILL:when=$when", ...$command], $shop->root, $this->environment());
    }

    private function backup(Site $shop, string ...$options): string
    {
        $result = $this->magento($shop, 'backup', '--format=json', ...$options);
        $this->assertExit(0, $result);

        return $result->json()['id'];
    }

    /** @return list<string> */
    private function names(string $directory): array
    {
        return array_values(array_diff(scandir($directory) ?: [], ['.', '..']));
    }

    /** @return array<string, list<string>> */
    private function tree(string $store): array
    {
        $tree = [];
        foreach ($this->names($store) as $id) {
            $tree[$id] = $this->names("$store/$id");
        }

        return $tree;
    }
}
