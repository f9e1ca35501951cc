<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\MountNamespace;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;
use PHPUnit\Framework\Attributes\Group;
use PHPUnit\Framework\Attributes\TestWith;

/** The last upgrade taken back, and brought back; refused where the disk is not as it left it. */
final class UndoTest extends ShopTestCase
{
    private const CALLS = ['renameat2', 'rename,renameat', 'fsync'];

    public function testThereAndBackAndThereAgain(): void
    {
        $shop = $this->shop();
        $old = $shop->snapshot();
        $this->assertExit(4, $this->magento($shop, 'undo'));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $new = $shop->snapshot();
        self::assertNotSame([], $old->differences($new));
        $shop->put('var/lockstep/note.txt', "mine\n");
        // days later: nothing but the disk tells
        foreach ([['upgrade', $old, '2.4.5'], ['undo', $new, '2.4.6.1'], ['undo', $old, '2.4.5'], ['undo', $new, '2.4.6.1']] as $i => [$what, $expected, $version]) {
            $before = $shop->snapshot();
            $dry = $this->magento($shop, 'undo', '--dry-run', '--format=json');
            $this->assertExit(0, $dry);
            $this->assertUnchanged($before, $shop, 'a dry run');

            $result = $this->magento($shop, 'undo', '--format=json');

            $this->assertExit(0, $result);
            self::assertSame([], $expected->differences($shop->snapshot()), "undo $i");
            $this->assertUpgraded($shop, $version);
            $json = $result->json();
            self::assertSame($what, $json['undone']['what']);
            self::assertSame($version, $json['to']);
            self::assertSame($version, $json['tool']['version']);
            self::assertSame([['name' => 'magento/data-migration-tool', 'from' => $json['from'], 'to' => $version]], $json['packages']);
            self::assertContains(Site::TOOL, $json['entries']);
            self::assertContains('composer.lock', $json['entries']);
            self::assertSame(array_keys($json), array_keys($dry->json()));
            self::assertSame($json['undone'], $dry->json()['undone']);
            self::assertTrue($dry->json()['dry_run']);
            $last = $this->magento($shop, 'status', '--format=json')->json()['last_upgrade'];
            self::assertSame(['2.4.5', '2.4.6.1', $version === '2.4.5'], [$last['from'], $last['to'], $last['undone'] !== null], 'status tells the upgrade, and whether it stands');
            self::assertSame($last['undone'], json_decode($shop->get('var/lockstep/last-upgrade.json'), true)['undone']);
        }
        self::assertSame("mine\n", $shop->get('var/lockstep/note.txt'));
        $this->assertNoStageLeft($shop);
        $this->assertExit(0, $this->magento($shop, 'status', '--check'));
    }

    public function testModesAndOwnersComeBack(): void
    {
        $shop = $this->shop();
        chmod($shop->path(Site::TOOL . '/src/Migration/Config.php'), 0640);
        chmod($shop->path('composer.lock'), 0660);
        $old = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        // as Magento's instructions have it
        $this->assertExit(0, Program::run(['find', $shop->path('var'), '-exec', 'chmod', 'g+w', '{}', '+'], '/', $this->environment()));

        $this->assertExit(0, $this->magento($shop, 'undo'));

        $this->assertExit(0, Program::run(['chmod', 'g-w', $shop->path('var')], '/', $this->environment()));
        self::assertSame([], $old->differences($shop->snapshot()));
    }

    public function testAnInstalledToolIsTakenAway(): void
    {
        $shop = $this->shop();
        $remove = ['composer', 'remove', '--no-interaction', '--no-progress', '--no-audit', 'magento/data-migration-tool'];
        $this->assertExit(0, Program::run($remove, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        $this->assertExit(0, Program::run(['rm', '-rf', $shop->path(Site::TOOL)], '/', $this->environment()));
        $old = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $result = $this->magento($shop, 'undo', '--format=json');

        $this->assertExit(0, $result);
        self::assertFalse($result->json()['tool']['installed']);
        self::assertSame([], $old->differences($shop->snapshot()));
        self::assertContains('bin/magento setup:upgrade', $result->json()['followup'], 'config.php names the module still');
    }

    #[TestWith(['optimized'])]
    #[TestWith(['vendor-link'])]
    #[TestWith(['source'])]
    public function testOtherKindsOfShopComeBack(string $kind): void
    {
        $shop = $this->shop($kind);
        $old = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $new = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'undo'));
        self::assertSame([], $old->differences($shop->snapshot()));
        $this->assertExit(0, $this->magento($shop, 'undo'));
        self::assertSame([], $new->differences($shop->snapshot()));
    }

    public function testRefusesWhenAnotherPackageChanged(): void
    {
        $shop = $this->upgraded();
        $lock = json_decode($shop->get('composer.lock'), true);
        foreach ($lock['packages-dev'] as $i => $package) {
            if ($package['name'] === 'lockstep-fixture/dev-tool') {
                $lock['packages-dev'][$i]['version'] = '9.9.9';
            }
        }
        $shop->put('composer.lock', (string) json_encode($lock, JSON_PRETTY_PRINT));
        $this->assertRefused($shop, 'packages-changed', 'lockstep-fixture/dev-tool', '→ 9.9.9');
        $this->assertExit(4, $this->magento($shop, 'undo', '--discard-edits'));
    }

    public function testRefusesWhenThePackagesThatAreInstalledChanged(): void
    {
        $shop = $this->upgraded();
        $remove = ['composer', 'remove', '--dev', '--no-interaction', '--no-progress', '--no-audit', 'lockstep-fixture/dev-tool'];
        $this->assertExit(0, Program::run($remove, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        $this->assertRefused($shop, 'packages-changed', 'lockstep-fixture/dev-tool', '→ –');
    }

    public function testRefusesWhenTheToolWasChangedByComposer(): void
    {
        $shop = $this->upgraded();
        $require = ['composer', 'require', '--no-interaction', '--no-progress', '--no-audit', 'magento/data-migration-tool:2.4.6'];
        $this->assertExit(0, Program::run($require, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        $this->assertRefused($shop, 'packages-changed', 'magento/data-migration-tool 2.4.6.1 → 2.4.6');
    }

    public function testEditsAreNotTakenAwayUnasked(): void
    {
        $shop = $this->upgraded();
        $file = Site::TOOL . '/src/Migration/Handler/Convert.php';
        $shop->put($file, $shop->get($file) . "// edited since\n");
        $shop->put(Site::TOOL . '/etc/added.xml', "<added/>\n");
        unlink($shop->path(Site::TOOL . '/README.md'));
        $edited = $shop->snapshot();
        $this->assertRefused($shop, 'edited', $file, '--discard-edits');
        $this->assertRefused($shop, 'edited', 'etc/added.xml');
        $this->assertRefused($shop, 'edited', 'README.md');

        $result = $this->magento($shop, 'undo', '--discard-edits', '--format=json');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop, '2.4.5');
        self::assertContains($file, $result->json()['discarded']);
        $this->assertExit(0, $this->magento($shop, 'undo'));
        self::assertSame([], $edited->differences($shop->snapshot()), 'the edits come back with the upgrade');
    }

    public function testFilesMayHaveAnyName(): void
    {
        $shop = $this->shop();
        foreach (["caf\xe9.xml", "caf\xe8.xml", "two\nlines.xml"] as $name) {
            $shop->put(Site::TOOL . '/etc/' . $name, "<mine/>\n");
        }
        symlink("caf\xe9.xml", $shop->path(Site::TOOL . "/etc/link\xff.xml"));
        $old = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertExit(0, Program::run(['chmod', '-R', 'g+w', ...(glob($shop->path('var/lockstep/stage/*/root/vendor/magento')) ?: [])], '/', $this->environment()));

        $this->assertExit(0, $this->magento($shop, 'undo'));

        self::assertSame([], $old->differences($shop->snapshot()), 'contents and permissions');
        $this->assertExit(0, $this->magento($shop, 'undo'));
        $shop->put(Site::TOOL . "/etc/caf\xe9.xml", "<edited/>\n");
        $this->assertRefused($shop, 'edited', 'caf');
        $shop->put(Site::TOOL . "/etc/caf\xe9.xml", "<mine/>\n");
        $this->assertExit(0, $this->magento($shop, 'undo'));
    }

    public function testRefusesWhenComposerJsonWasEdited(): void
    {
        $shop = $this->upgraded();
        $shop->put('composer.json', str_replace('"description": "', '"description": "Edited. ', $shop->get('composer.json')));
        $this->assertRefused($shop, 'composer-files-changed', 'composer.json', 'Take these changes back');
    }

    public function testAnAutoloaderThatWasDumpedSinceIsTold(): void
    {
        $shop = $this->upgraded();
        self::assertSame([], array_filter($this->magento($shop, 'undo', '--dry-run', '--format=json')->json()['followup'], static fn (string $step): bool => str_contains($step, 'dump-autoload')));
        $this->assertExit(0, Program::run(['composer', 'dump-autoload', '-o', '--no-interaction'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));

        $result = $this->magento($shop, 'undo', '--format=json');

        $this->assertExit(0, $result);
        self::assertStringContainsString('autoloader was dumped anew', $result->stderr);
        self::assertStringStartsWith('composer dump-autoload', $result->json()['followup'][0]);
        self::assertStringContainsString('composer dump-autoload', $this->magento($shop, 'status')->stdout);
        self::assertSame([], $result->json()['discarded']);
    }

    public function testRefusesWhenABackupWasRestored(): void
    {
        $shop = $this->upgraded();
        $id = basename((glob($shop->path('var/lockstep/backups/*')) ?: [''])[0]);
        $copy = (glob($shop->path('var/lockstep/stage/*')) ?: [''])[0];
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $id, '--tool'));
        self::assertDirectoryExists($copy, 'the undo copy of the upgrade stays');
        $this->assertRefused($shop, 'edited', Site::TOOL, 'a backup was restored');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $id, '--tool'));
        self::assertCount(2, glob($shop->path('var/lockstep/stage/*')) ?: [], 'one of each kind');
    }

    public function testRefusesADamagedUndoCopy(): void
    {
        $shop = $this->upgraded();
        $stage = (glob($shop->path('var/lockstep/stage/*')) ?: [''])[0];
        $file = "$stage/root/" . Site::MAP;
        $was = (string) file_get_contents($file);
        file_put_contents($file, 'x');
        $this->assertRefused($shop, 'undo-copy-damaged', Site::MAP, 'migration:tool:upgrade 2.4.5');
        file_put_contents($file, $was);
        $this->assertExit(0, $this->magento($shop, 'undo', '--dry-run'));
        rename("$stage/root", "$stage/away");
        $this->assertRefused($shop, 'undo-copy-damaged', 'is gone');
        rename("$stage/away", "$stage/root");
        $journal = (glob($shop->path('var/lockstep/undo/*/journal')) ?: [''])[0];
        file_put_contents($journal, 'x');
        $this->assertRefused($shop, 'undo-copy-gone', '2.4.5');
        self::assertNotNull($this->magento($shop, 'status', '--format=json')->json()['last_upgrade']);
    }

    public function testRefusesWhileAMigrationIsUnderWay(): void
    {
        $shop = $this->upgraded();
        $shop->put('var/migration-tool-progress.lock', 'a:1:{i:0;s:1:"x";}');
        $this->assertRefused($shop, 'migration-running', 'migration-tool-progress.lock');
    }

    public function testMountsThatCameSinceAreSeenBefore(): void
    {
        $this->needsMounts();
        $mounts = new MountNamespace($shop = $this->upgraded());
        $mounts->bind($shop->path('composer.json'), $shop->path('composer.json'));
        $result = $mounts->run([$this->undo()], $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('exchange-mount', $result->json()['error']['code']);
        self::assertTrue($mounts->isUnchanged());
    }

    /** It would go away with the old directory, and what it holds with it. */
    public function testAMountBelowTheToolIsNotMovedAway(): void
    {
        $this->needsMounts();
        $shop = $this->upgraded();
        mkdir($shop->path(Site::TOOL . '/mounted'));
        $mounts = (new MountNamespace($shop))->shell('mount -t tmpfs none ' . $shop->path(Site::TOOL . '/mounted'));
        $result = $mounts->run([$this->undo()], $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('tool-mount', $result->json()['error']['code']);
        self::assertStringContainsString('Unmount', $result->json()['error']['hint']);
        self::assertTrue($mounts->isUnchanged());
    }

    public function testByTwoRenamesWhereNothingElseIsKnown(): void
    {
        $this->needsMounts();
        $shop = $this->shop();
        $old = $shop->snapshot();
        $mounts = (new MountNamespace($shop))->fuse();
        $result = $mounts->run([[...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'], $this->undo()], $this->environment());
        $this->assertExit(0, $result);
        self::assertSame('two-renames', $result->json()['commit']['method']);
        self::assertSame([], $old->differences($shop->snapshot()));
    }

    public function testAnUndoThatBreaksTheShopIsTakenBack(): void
    {
        $shop = $this->upgraded();
        $new = $shop->snapshot();
        // the live shop works only with what the upgrade brought
        $shop->put('app/etc/vendor_path.php', "<?php\nif (!is_file(__DIR__ . '/../../" . Site::TOOL . "/src/Migration/Handler/Inventory.php')) {\n    throw new \\Exception('the old tool does not do');\n}\nreturn './vendor';\n");
        $before = $shop->snapshot();

        $result = $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, 'undo', '--format=json');

        $this->assertExit(9, $result);
        self::assertTrue($result->json()['rolled_back']);
        self::assertSame('not-confirmed', $result->json()['error']['code']);
        $this->assertUnchanged($before, $shop);
        $shop->put('app/etc/vendor_path.php', "<?php\n/** Path to Composer vendor directory */\nreturn './vendor';\n");
        self::assertSame([], $new->differences($shop->snapshot()));
        $this->assertExit(0, $this->magento($shop, 'undo'));
        $this->assertUpgraded($shop, '2.4.5');
    }

    public function testTheCommitToGitIsSuggested(): void
    {
        $shop = $this->upgraded();
        foreach ([['git', 'init', '--quiet'], ['git', 'add', 'composer.json', 'composer.lock']] as $command) {
            $this->assertExit(0, Program::run($command, $shop->root, $this->environment()));
        }
        $followup = $this->magento($shop, 'undo', '--format=json')->json()['followup'];
        self::assertSame(["git add -A -- composer.json composer.lock && git commit -m 'Take magento/data-migration-tool from 2.4.6.1 back to 2.4.5'"], $followup);
    }

    public function testANewUpgradeReplacesTheUndoCopy(): void
    {
        $shop = $this->upgraded();
        $this->assertExit(0, $this->magento($shop, 'undo'));
        $between = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6'));
        self::assertCount(1, glob($shop->path('var/lockstep/stage/*')) ?: []);
        self::assertCount(1, glob($shop->path('var/lockstep/undo/*')) ?: []);
        $this->assertExit(0, $this->magento($shop, 'undo'));
        self::assertSame([], $between->differences($shop->snapshot()));
    }

    public function testASignalWaitsForTheEndOnceTheCommitHasBegun(): void
    {
        $shop = $this->upgraded();
        $result = Program::signalAt('[3/4]', SIGTERM, [...self::php(), 'bin/magento', 'migration:tool:undo', '-n'], $shop->root, $this->environment());
        $this->assertExit(0, $result);
        $this->assertUpgraded($shop, '2.4.5');
        self::assertFileDoesNotExist($shop->path('var/lockstep/journal'));
        $this->assertNoStageLeft($shop);
    }

    #[Group('faults')]
    public function testKilledAtEachChangingSystemCall(): void
    {
        $shop = $this->upgraded();
        $new = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'undo'));
        $old = $shop->snapshot();
        $seen = ['old' => 0, 'new' => 0];
        $fired = 0;
        foreach (self::CALLS as $calls) {
            for ($when = 1; $when <= 40; $when = $when < 14 ? $when + 1 : $when + 7) {
                $from = $shop->snapshot()->hash() === $new->hash() ? $new : $old;
                $result = $this->injected($shop, $calls, $when);
                if ($result->exit !== 137) {
                    $this->assertExit(0, $result);
                    break; // it makes fewer such calls
                }
                $fired++;
                $list = Program::run([...self::php(), 'bin/magento', 'list', 'migrate'], $shop->root, $this->environment());
                self::assertSame(0, $list->exit, "the shop boots before recovery, killed at $calls $when\n$list");
                $this->assertExit(0, $when % 2 === 0 ? $this->magento($shop, 'recover') : $this->rescued($shop));
                $this->assertNoStageLeft($shop);
                $found = $shop->snapshot();
                $isFrom = $found->hash() === $from->hash();
                self::assertTrue($isFrom || $found->hash() === ($from === $new ? $old : $new)->hash(), "killed at $calls $when\n" . implode("\n", $from->differences($found)));
                $seen[$isFrom ? 'old' : 'new']++;
                // either way the undo copy is whole: there and back again
                if ($when % 4 === 0) {
                    $this->assertExit(0, $this->magento($shop, 'undo'));
                    self::assertSame([], ($isFrom === ($from === $new) ? $old : $new)->differences($shop->snapshot()), "undone after all, killed at $calls $when");
                }
            }
        }
        self::assertGreaterThan(15, $fired, 'injections fired');
        self::assertGreaterThan(0, $seen['old']);
        self::assertGreaterThan(0, $seen['new'], 'some kill hit after the end');
    }

    private function needsMounts(): void
    {
        $hindrance = MountNamespace::hindrance();
        if ($hindrance !== null) {
            self::markTestSkipped($hindrance);
        }
    }

    /** @return list<string> */
    private function undo(): array
    {
        return [...self::php(), 'bin/magento', 'migration:tool:undo', '-n', '--format=json'];
    }

    private function rescued(Site $shop): Result
    {
        return Program::run([...self::php(), $shop->path('vendor/lockstep/module-migration-tool/bin/lockstep-recover'), "--root-dir=$shop->root"], '/', $this->environment());
    }

    /** Kills the command itself (not its children) at its N-th call. */
    private function injected(Site $shop, string $calls, int $when): Result
    {
        $log = $shop->path('var/strace');
        $command = ['strace', '-o', $log, '-e', "trace=$calls", '-e', "inject=$calls:signal=SIGKILL:when=$when", ...self::php(), 'bin/magento', 'migration:tool:undo', '-n'];
        $result = Program::run($command, $shop->root, $this->environment());
        $killed = str_contains((string) file_get_contents($log), '+++ killed by SIGKILL');
        unlink($log);

        return new Result($result->command, $killed ? 137 : $result->exit, $result->stdout, $result->stderr, $killed);
    }

    private function upgraded(): Site
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        return $shop;
    }

    /** Refused with exit code 4 for this reason, which says all of this; nothing is changed, in a dry run neither. */
    private function assertRefused(Site $shop, string $code, string ...$told): void
    {
        $before = $shop->snapshot();
        $state = Snapshot::of($shop->path('var/lockstep'), ['releases.json']);
        foreach (['--format=json', '--dry-run'] as $option) {
            $result = $this->magento($shop, 'undo', $option);
            $this->assertExit(4, $result);
            foreach ($told as $text) {
                self::assertStringContainsString($text, $result->all());
            }
            self::assertStringNotContainsString('\x0a', $result->stderr, 'lists are told line by line');
            $this->assertUnchanged($before, $shop);
            self::assertSame([], $state->differences(Snapshot::of($shop->path('var/lockstep'), ['releases.json'])));
            if ($option === '--format=json') {
                self::assertSame($code, $result->json()['error']['code']);
            }
        }
    }
}
