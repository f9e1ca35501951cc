<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ComposerFiles;
use Lockstep\Tests\E2e\MountNamespace;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Shops in containers, on shares, on several file systems: done right, or refused before anything is written, with the place where it can be done. */
final class MountsTest extends ShopTestCase
{
    private Site $site;
    private MountNamespace $mounts;

    protected function setUp(): void
    {
        $hindrance = MountNamespace::hindrance();
        if ($hindrance !== null) {
            self::markTestSkipped($hindrance);
        }
        $this->site = $this->shop();
        $this->mounts = new MountNamespace($this->site);
    }

    public function testAnImageIsUpgradedWhereItIsBuilt(): void
    {
        $this->mounts->image();
        $error = $this->refused('exchange-lower', 'RUN bin/magento migration:tool:upgrade');
        self::assertStringContainsString($this->site->path(Site::TOOL), $error['message']);
    }

    /** Installed in the running container: the tool's directory can be renamed, the files of the image are copied up. */
    public function testAToolOfTheUpperLayerIsUpgradedAndTakenBack(): void
    {
        $upper = $this->mounts->image();
        mkdir($upper . '/' . dirname(Site::TOOL), 0755, true);
        rename($this->site->path(Site::TOOL), $upper . '/' . Site::TOOL);
        $result = $this->migrate('upgrade', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(['exchange', 0.0], [$result->json()['commit']['method'], (float)$result->json()['commit']['window_ms']]);
        self::assertStringContainsString('2.4.6.1', (string)file_get_contents($upper . '/' . Site::TOOL . '/composer.json'));
        self::assertStringContainsString('2.4.6.1', (string)file_get_contents($upper . '/composer.json'));

        $this->assertExit(0, $this->migrate('undo'));
        self::assertStringNotContainsString('2.4.6.1', (string)file_get_contents($upper . '/composer.json'));
        self::assertFileEquals($this->site->path('composer.lock'), $upper . '/composer.lock');
    }

    /** @return array<string, array{string}> */
    public static function files(): array
    {
        return ['composer.json' => ['composer.json'], 'composer.lock' => ['composer.lock'], 'the autoloader' => ['vendor/autoload.php'], 'the tool' => [Site::TOOL]];
    }

    /** @dataProvider files */
    public function testAMountPointCannotBeReplaced(string $path): void
    {
        $this->mounts->bind($this->site->path($path), $this->site->path($path));
        $error = $this->refused('exchange-mount', 'lockstep migration:tool:upgrade --root-dir=');
        self::assertStringContainsString(sprintf('"%s"', $this->site->path($path)), $error['message']);
        self::assertStringContainsString('--export=', $error['hint']);
    }

    /** It would go away with the old directory, and what it holds with it. */
    public function testAMountBelowTheToolIsRefused(): void
    {
        $file = $this->site->path(Site::TOOL . '/registration.php');
        $this->mounts->bind($file, $file);
        self::assertStringContainsString($file, $this->refused('tool-mount', 'Unmount it')['message']);
    }

    public function testNeitherIsOneBelowAPackageThatIsToBeReplacedMovedAway(): void
    {
        $shop = $this->shop('repo-path');
        $helper = $shop->path('vendor/lockstep-fixture/helper');
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->modules->options->symlink = false);
        unlink($helper);
        self::assertTrue(mkdir($helper) && copy($shop->path('packages/helper/composer.json'), "$helper/composer.json") && mkdir("$helper/mounted"));
        $mounts = (new MountNamespace($shop))->shell("mount -t tmpfs none $helper/mounted");
        $result = $mounts->run([$this->command('upgrade', '--with-dependencies', '--format=json')], $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('tool-mount', $result->json()['error']['code'], (string)$result);
        self::assertTrue($mounts->isUnchanged());
        $this->assertNoStageLeft($shop);
    }

    public function testAReadOnlyRootIsToldBeforeAnythingIsMade(): void
    {
        $this->mounts->bind($this->site->root, $this->site->root)->shell('mount -o remount,bind,ro ' . $this->site->root);
        $error = $this->refused('read-only', '--root-dir=');
        self::assertStringContainsString(sprintf('(at "%s"', $this->site->root), $error['message']);
        self::assertFileDoesNotExist($this->site->path('var/lockstep'));
    }

    public function testAReadOnlyVendorToo(): void
    {
        $vendor = $this->site->path('vendor');
        $this->mounts->bind($vendor, $vendor)->shell("mount -o remount,bind,ro $vendor");
        self::assertStringContainsString($vendor, $this->refused('read-only', '--root-dir=')['message']);
    }

    /** @return array<string, array{string, string}> */
    public static function devices(): array
    {
        return [
            'vendor on another device' => ['vendor', 'device'],
            'a namespace of vendor on another device' => ['vendor/magento', 'device'],
            'var on another device' => ['var', 'device'],
            'vendor mounted from the same device' => ['vendor', 'bind'],
            'var mounted from the same device' => ['var', 'bind'],
        ];
    }

    /** @dataProvider devices */
    public function testNothingIsRenamedBetweenMounts(string $path, string $how): void
    {
        $place = $this->site->path($path);
        $how === 'device' ? $this->mounts->device($path) : $this->mounts->bind($place, $place);
        $error = $this->refused('exchange-device', '--root-dir=');
        self::assertStringContainsString(sprintf('"%s" is a mount of its own', $place), $error['message']);
    }

    /** @return array<string, array{\Closure(MountNamespace, Site): mixed}> */
    public static function placesWithoutSwap(): array
    {
        return [
            'an image' => [static fn (MountNamespace $mounts): string => $mounts->image()],
            'a mounted composer.json' => [static fn (MountNamespace $mounts, Site $site): MountNamespace => $mounts->bind($site->path('composer.json'), $site->path('composer.json'))],
            'a read-only root' => [static fn (MountNamespace $mounts, Site $site): MountNamespace => $mounts->bind($site->root, $site->root)->shell("mount -o remount,bind,ro $site->root")],
            'vendor on another device' => [static fn (MountNamespace $mounts): MountNamespace => $mounts->device('vendor')],
        ];
    }

    /**
     * The way out that a refusal tells.
     *
     * @dataProvider placesWithoutSwap
     */
    public function testTheExportNeedsNoSwap(\Closure $mount): void
    {
        $mount($this->mounts, $this->site);
        $before = $this->site->snapshot();
        $export = Site::directory('export');
        $this->assertExit(0, $this->migrate('upgrade', "--export=$export"));
        self::assertStringContainsString('2.4.6.1', (string)file_get_contents("$export/composer.lock"));
        self::assertTrue($this->mounts->isUnchanged());
        $this->assertUnchanged($before, $this->site);
    }

    /** What is no part of the commit may be mounted: media, logs, a package under development. */
    public function testOtherMountsDoNotMatter(): void
    {
        $this->mounts->device('pub')->bind($this->site->path('vendor/symfony'), $this->site->path('vendor/symfony'));
        $this->assertExit(0, $this->migrate('upgrade'));
        $this->assertUpgraded($this->site);
    }

    public function testNothingOfOursNeedsTmp(): void
    {
        $full = 'dd if=/dev/zero of=/tmp/full bs=4096 2>/dev/null || true; test "$(stat -f -c %a /tmp)" = 0';
        $this->mounts->shell('mount -t tmpfs -o size=1m none /tmp')->shell($full);
        $result = $this->migrate('upgrade', '--format=json', '--backup-code');
        $this->assertExit(0, $result);
        $this->assertUpgraded($this->site);
    }

    public function testAFileSystemWithoutExchangeIsCommittedByTwoRenames(): void
    {
        $before = $this->site->snapshot();
        $this->fuse();
        $result = $this->migrate('upgrade');
        $this->assertExit(0, $result);
        self::assertMatchesRegularExpression('/cannot swap two entries in one step: .* will be absent .*\(\d+\.\d ms\)/', $result->stderr);
        self::assertMatchesRegularExpression('/absent for [\d.]+ ms at most/', $result->stdout);
        $this->assertUpgraded($this->site);
        $this->assertNoStageLeft($this->site);

        $this->assertExit(0, $this->migrate('undo'));
        $this->assertUnchanged($before, $this->site);
    }

    public function testTheWindowIsMeasured(): void
    {
        $this->fuse();
        $result = $this->migrate('upgrade', '--format=json');
        $this->assertExit(0, $result);
        $commit = $result->json()['commit'];
        self::assertSame('two-renames', $commit['method']);
        self::assertGreaterThan(3, $commit['entries']);
        self::assertGreaterThan(0.0, $commit['window_ms']);
        self::assertGreaterThanOrEqual($commit['window_ms'], $commit['total_ms']);
        self::assertLessThan(5000.0, $commit['window_ms']);
    }

    public function testARestoreGoesByTwoRenamesToo(): void
    {
        $this->fuse();
        $before = $this->site->get(Site::TOOL . '/composer.json');
        $result = $this->mounts->run([$this->command('upgrade'), $this->command('backup:restore', 'latest', '--tool')], $this->environment());
        $this->assertExit(0, $result);
        self::assertStringContainsString('each directory that is restored is absent for some milliseconds', $result->stderr);
        self::assertSame($before, $this->site->get(Site::TOOL . '/composer.json'));
    }

    /** Killed at renames of the commit, with the tool absent at one of them, which bin/magento does not survive, the shop is brought back. */
    public function testKilledBetweenTwoRenamesItIsBroughtBack(): void
    {
        $before = $this->site->snapshot();
        $this->fuse();
        $states = [];
        foreach ([10, 11, 13] as $at) { // renames with flags, which are tried in vain; those before are trials of Preflight
            $upgrade = ['strace', '-f', '-qq', '-o', '/dev/null', '-e', "inject=renameat2:signal=SIGKILL:when=$at", ...$this->command('upgrade')];
            $look = ['sh', '-c', 'test -d ' . Site::TOOL . ' && echo tool present || echo tool absent'];
            $recover = [...self::php(), 'vendor/bin/lockstep-recover', '--format=json'];
            $result = $this->mounts->run([$upgrade, $look, $recover], $this->environment());
            $this->assertExit(0, $result);
            $states[] = [str_contains($result->stderr, 'tool absent') ? 'absent' : 'present', $result->json()['outcome']];
            $this->assertUnchanged($before, $this->site, "killed at rename $at");
        }
        self::assertContains(['absent', 'undone'], $states, json_encode($states, JSON_THROW_ON_ERROR));
        self::assertContains(['present', 'undone'], $states, json_encode($states, JSON_THROW_ON_ERROR));
        $this->assertExit(0, $this->migrate('upgrade'));
        $this->assertUpgraded($this->site);
    }

    private function fuse(): void
    {
        if (!is_readable('/dev/fuse') || trim((string)shell_exec('command -v bindfs')) === '') {
            self::markTestSkipped('there is no FUSE here, or no bindfs');
        }
        $this->mounts->fuse();
    }

    /** @return array{code: string, message: string, hint: string} */
    private function refused(string $code, string $way): array
    {
        $before = $this->site->snapshot();
        $result = $this->migrate('upgrade', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame($code, $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString($way, $result->json()['error']['hint']);
        self::assertTrue($this->mounts->isUnchanged(), 'as it is seen there, the shop is as it was');
        $this->assertUnchanged($before, $this->site);
        $this->assertNoStageLeft($this->site);

        return $result->json()['error'];
    }

    private function migrate(string $command, string ...$arguments): Result
    {
        return $this->mounts->run([$this->command($command, ...$arguments)], $this->environment());
    }

    /** @return list<string> */
    private function command(string $command, string ...$arguments): array
    {
        return [...self::php(), 'bin/magento', "migration:tool:$command", '-n', ...$arguments];
    }
}
