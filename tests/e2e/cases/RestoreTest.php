<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;
use PHPUnit\Framework\Attributes\Group;

/** Restores over a shop: only what differs is touched, and it can be taken back. */
final class RestoreTest extends ShopTestCase
{
    public function testOnlyWhatDiffersIsTouched(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $before = $shop->snapshot();
        $env = fileinode($shop->path('app/etc/env.php'));
        $shop->put(Site::CONFIG, 'broken');
        unlink($shop->path('bin/magento'));
        mkdir($shop->path('app/code/New'), 0755, true);
        $shop->put('app/code/New/new.php', 'new');
        $shop->put('var/log.txt', 'stays');
        symlink('nowhere', $shop->path('app/link'));

        $result = Program::run([...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:backup:restore', 'latest', '-n', '--format=json'], $shop->root, $this->environment());
        $this->assertExit(0, $result);
        $part = $result->json()['parts'][0];
        self::assertSame(['app/code', 'app/link', 'bin/magento', Site::CONFIG], array_map(static fn (string $path): string => str_starts_with($path, 'app/code') ? 'app/code' : $path, $part['swapped']));
        self::assertSame(2, $part['files']);
        self::assertGreaterThan(20, $part['kept']);
        self::assertGreaterThan(0, $part['needed_bytes']);
        self::assertGreaterThan($part['needed_bytes'], $part['free_bytes']);
        self::assertSame($env, fileinode($shop->path('app/etc/env.php')), 'what did not change is the very same file');
        self::assertSame('stays', $shop->get('var/log.txt'));
        unlink($shop->path('var/log.txt'));
        $this->assertUnchanged($before, $shop);

        $again = $this->magento($shop, 'backup:restore', 'latest', '--format=json');
        $this->assertExit(0, $again);
        self::assertSame([], $again->json()['parts'][0]['swapped'], 'nothing is left to do');
    }

    public function testARestoreIsTakenBackAndBroughtBack(): void
    {
        $shop = $this->shop();
        $backup = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $shop->put(Site::CONFIG, 'mine');
        $shop->put('app/etc/new.php', 'new');
        unlink($shop->path('app/etc/config.php'));
        $before = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        $this->assertUnchanged($backup, $shop);

        $dry = $this->magento($shop, 'undo', '--restore', '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        self::assertSame('restore', $dry->json()['undone']['what']);
        self::assertContains(Site::CONFIG, $dry->json()['entries']);
        $this->assertUnchanged($backup, $shop);
        chmod($shop->path('var/lockstep/stage/' . basename(glob($shop->path('var/lockstep/undo/*'))[0] ?? '') . '/' . Site::CONFIG), 0600); // as chmod -R of var does

        $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
        $this->assertUnchanged($before, $shop);
        $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
        $this->assertUnchanged($backup, $shop);
        $this->assertExit(4, $this->magento($shop, 'undo'));
    }

    public function testAnUndoNamesWhatWasEditedSince(): void
    {
        $shop = $this->shop();
        self::assertSame('no-restore', $this->refused($shop));
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $shop->put(Site::CONFIG, 'mine');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        $restored = $shop->get(Site::CONFIG);
        $shop->put(Site::CONFIG, 'edited');
        $edited = $shop->snapshot();

        $result = $this->magento($shop, 'undo', '--restore');
        $this->assertExit(4, $result);
        self::assertStringContainsString(Site::CONFIG, $result->stderr);
        $this->assertUnchanged($edited, $shop);
        $this->assertExit(0, $this->magento($shop, 'undo', '--restore', '--discard-edits'));
        self::assertSame('mine', $shop->get(Site::CONFIG));
        $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
        self::assertSame('edited', $shop->get(Site::CONFIG), 'the edit came back with the restore');
        self::assertNotSame('edited', $restored);
    }

    public function testADamagedUndoCopyIsNotPutInPlace(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $shop->put(Site::CONFIG, 'mine');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        $restored = $shop->snapshot();
        $id = basename(glob($shop->path('var/lockstep/undo/*'))[0] ?? '');
        $shop->put("var/lockstep/stage/$id/" . Site::CONFIG, 'evil');
        self::assertSame('undo-copy-damaged', $this->refused($shop));
        $shop->put('composer.lock', $shop->get('composer.lock') . ' ');
        self::assertStringContainsString('Packages were changed', (string)$this->magento($shop, 'undo', '--restore'));
        file_put_contents($shop->path("var/lockstep/undo/$id/$id.json"), "! composer.lock\n");
        self::assertSame('undo-copy-gone', $this->refused($shop));
        $shop->put('composer.lock', rtrim($shop->get('composer.lock'), ' '));
        $this->assertUnchanged($restored, $shop);
    }

    public function testPatternsAndPaths(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $before = $shop->snapshot();
        $config = $shop->get('app/etc/config.php');
        foreach (['app/etc/env.php', 'app/etc/config.php', Site::CONFIG] as $file) {
            $shop->put($file, '<?php return [];');
        }
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--path=app/etc/c*.php'));
        self::assertSame($config, $shop->get('app/etc/config.php'));
        self::assertSame('<?php return [];', $shop->get('app/etc/env.php'));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--path=*.php'));
        self::assertSame('<?php return [];', $shop->get(Site::CONFIG));
        Program::run(['rm', '-rf', $shop->path(Site::EDITION)], '/', $this->environment());
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--path=' . Site::CONFIG));
        self::assertSame(['config.xml'], array_values(array_diff(scandir(dirname($shop->path(Site::CONFIG))) ?: [], ['.', '..'])));
        self::assertSame(fileperms($shop->path('app/etc')), fileperms($shop->path(Site::EDITION)));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        $this->assertUnchanged($before, $shop);

        foreach (['--path=*.nothing', '--path=app/nothing'] as $none) {
            $result = $this->magento($shop, 'backup:restore', 'latest', $none, '--format=json');
            $this->assertExit(8, $result);
            self::assertSame('no-member', $result->json()['error']['code']);
        }
        $to = Site::directory('to');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--path=app/etc/*.php', "--to=$to"));
        self::assertSame(['app', 'app/etc', 'app/etc/config.php', 'app/etc/env.php', 'app/etc/vendor_path.php'], Snapshot::of($to)->paths());
        $this->assertUnchanged($before, $shop);
    }

    public function testWhatAPatternLeftOutStays(): void
    {
        $shop = $this->shop();
        mkdir($shop->path('app/code/Shop/logs'), 0755, true);
        $shop->put('app/code/Shop/logs/a.log', 'log');
        $shop->put('app/code/Shop/code.php', 'code');
        $this->assertExit(0, $this->magento($shop, 'backup', '--code', '--exclude=*.log'));
        $shop->put('app/code/Shop/logs/a.log', 'longer log');
        $shop->put('app/code/Shop/logs/b.log', 'new log');
        $shop->put('app/code/Shop/code.php', 'broken');
        $shop->put('app/code/Shop/extra.php', 'extra');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        self::assertSame('longer log', $shop->get('app/code/Shop/logs/a.log'));
        self::assertSame('new log', $shop->get('app/code/Shop/logs/b.log'));
        self::assertSame('code', $shop->get('app/code/Shop/code.php'));
        self::assertFileDoesNotExist($shop->path('app/code/Shop/extra.php'));
    }

    public function testAllPartsAreRestoredByOneCommit(): void
    {
        $shop = $this->shop();
        mkdir($shop->path('pub/media/wysiwyg'), 0755, true);
        $shop->put('pub/media/wysiwyg/a.png', 'image');
        $this->assertExit(0, $this->magento($shop, 'backup', '--tool', '--code', '--media'));
        $before = $shop->snapshot();
        $shop->put('pub/media/wysiwyg/a.png', 'another');
        $shop->put(Site::CONFIG, 'broken');
        $broken = $shop->snapshot();
        $result = $this->magento($shop, 'backup:restore', 'latest', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(['code', 'media'], array_column($result->json()['parts'], 'name'));
        $this->assertUnchanged($before, $shop);
        $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
        $this->assertUnchanged($broken, $shop);
        $to = Site::directory('all');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', "--to=$to"));
        self::assertSame('image', file_get_contents("$to/pub/media/wysiwyg/a.png"));
        self::assertFileExists("$to/composer.json");
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--path=pub/media/wysiwyg'));
        self::assertSame('image', $shop->get('pub/media/wysiwyg/a.png'));
        self::assertSame('broken', $shop->get(Site::CONFIG));
    }

    public function testNoRoom(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        $small = Site::directory('small');
        $mount = Program::run(['mount', '-t', 'tmpfs', '-o', 'size=64k', 'small', $small], '/', $this->environment());
        if ($mount->exit !== 0) {
            self::markTestSkipped('file systems cannot be mounted here');
        }
        try {
            $result = $this->magento($shop, 'backup:restore', 'latest', "--to=$small", '--format=json');
            $this->assertExit(8, $result);
            self::assertSame('no-space', $result->json()['error']['code']);
            self::assertMatchesRegularExpression('/[0-9]+ bytes in [0-9]+ files and directories do not fit: [0-9]+ bytes/', $result->json()['error']['message']);
            self::assertSame([], Snapshot::of($small)->paths());
        } finally {
            Program::run(['umount', $small], '/', $this->environment());
        }
    }

    /** Between any two system calls that change the tree. */
    #[Group('faults')]
    public function testKilledAtEachChangingSystemCall(): void
    {
        [$first] = $this->broken();
        $broken = $first->snapshot();
        $this->assertExit(0, $this->magento($first, 'backup:restore', 'latest'));
        $restored = $first->snapshot();
        self::assertNotSame($broken->hash(), $restored->hash());
        $seen = ['old' => 0, 'new' => 0];
        foreach (['renameat2', 'fsync', 'mkdirat', 'rename,renameat', 'unlinkat'] as $calls) {
            for ($when = 1; $when <= 40; $when += $when < 10 ? 1 : 6) {
                [$shop] = $this->broken();
                $killed = $this->injected($shop, $calls, $when);
                self::assertSame(0, $this->magento($shop, 'recover')->exit, "$calls $when");
                $found = $shop->snapshot();
                self::assertContains($found->hash(), [$broken->hash(), $restored->hash()], "$calls $when\n" . implode("\n", $broken->differences($found)));
                $seen[$found->hash() === $restored->hash() ? 'new' : 'old']++;
                self::assertFileDoesNotExist($shop->path('var/lockstep/journal'));
                $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
                $this->assertUnchanged($restored, $shop, "$calls $when");
                $shop->remove();
                if (!$killed) {
                    break; // it makes fewer such calls
                }
            }
        }
        self::assertGreaterThan(10, $seen['old']);
        self::assertGreaterThan(0, $seen['new']);
    }

    /** A shop with a backup, of which several things differ by now. @return array{Site} */
    private function broken(): array
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
        foreach (['app/etc/config.php', Site::CONFIG, Site::MAP] as $file) {
            $shop->put($file, 'broken');
        }
        unlink($shop->path('app/etc/env.php'));
        mkdir($shop->path('lib/more'), 0755, true);
        $shop->put('lib/more/file', 'more');

        return [$shop];
    }

    /** Kills the command itself at its N-th call. */
    private function injected(Site $shop, string $calls, int $when): bool
    {
        $log = Site::directory('strace') . '/log';
        $script = $shop->path('vendor/bin/lockstep');
        Program::run(['strace', '-f', '-o', $log, '-e', "trace=$calls", '-e', "inject=$calls:signal=SIGKILL:when=$when", ...self::php(), $script, 'migration:tool:backup:restore', 'latest', '-n'], $shop->root, $this->environment());

        return str_contains((string)file_get_contents($log), '+++ killed by SIGKILL');
    }

    private function refused(Site $shop): string
    {
        $result = $this->magento($shop, 'undo', '--restore', '--format=json');
        $this->assertExit(4, $result);

        return $result->json()['error']['code'];
    }
}
