<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\MountNamespace;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** Shops that are built, not edited: recognised, and exported for the place where they are built. */
final class ExportTest extends ShopTestCase
{
    private const PATCH = 'patches/magento-data-migration-tool.patch';
    private const SECRET = 'fixture-m1-secret';

    public function testAnExportIsAppliedByComposerPatches(): void
    {
        $root = $this->released();
        $before = $this->snapshotOf($root);
        $export = Site::directory('export');

        $result = $this->at($root, 'upgrade', "--export=$export", '--format=json');

        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame(['path' => $export, 'files' => ['composer.json', 'composer.lock', self::PATCH], 'tool' => 'tool', 'patch' => self::PATCH, 'not_in_patch' => [], 'applied_by' => 'composer-patches'], $json['export']);
        self::assertSame(['Backup', 'Commit', 'Confirm'], array_column(array_filter($json['steps'], static fn (array $step): bool => $step['status'] === 'skipped'), 'name'));
        self::assertSame([], $before->differences($this->snapshotOf($root)), 'nothing else is touched');
        self::assertSame(['README.txt', 'composer.json', 'composer.lock', 'patches', 'tool'], self::names($export));
        self::assertSame('0700', substr(sprintf('%o', fileperms($export)), -4));
        foreach (['README.txt', 'composer.json', 'composer.lock', self::PATCH] as $file) {
            self::assertSame('0600', substr(sprintf('%o', fileperms("$export/$file")), -4), $file);
        }

        $checkout = $this->checkout($root);
        $this->apply($export, $json['export']['files'], $checkout);
        $install = $this->install($checkout);
        self::assertStringNotContainsString('content-hash', $install->all());
        self::assertStringNotContainsString('not up to date', $install->all());
        $this->assertSameAsInPlace($root, $checkout);
        $this->assertSameTree("$export/tool", "$checkout/" . Site::TOOL);
        self::assertFileDoesNotExist("$checkout/" . Site::TOOL . '/PATCHES.txt');

        $exported = json_decode((string)file_get_contents("$export/composer.json"), true);
        self::assertSame([self::PATCH], array_values($exported['extra']['patches']['magento/data-migration-tool']));
        self::assertTrue($exported['extra']['composer-exit-on-patch-failure'], 'a patch that does not apply is no silent loss');
    }

    /** A patch knows only who may execute a file: who may not read it is to be said. */
    public function testPermissionsThatAPatchCannotCarryAreTold(): void
    {
        $shop = $this->shop('release');
        $place = Site::directory('export') . '/private';
        $private = Site::TOOL . '/etc/my secrets.xml';
        $shop->put($private, '<secrets/>');
        $shop->put(Site::TOOL . '/etc/public.xml', '<public/>');
        chmod($shop->path($private), 0600);

        $result = $this->magento($shop, 'upgrade', "--export=$place", '--format=json');

        $this->assertExit(0, $result);
        self::assertSame('0600', substr(sprintf('%o', fileperms("$place/tool/etc/my secrets.xml")), -4));
        $told = array_values(array_filter($result->json()['followup'], static fn (string $step): bool => str_contains($step, 'chmod')));
        self::assertCount(1, $told);
        self::assertStringContainsString("chmod 600 '$private'", $told[0]);
        self::assertStringNotContainsString('public.xml', $told[0]);
        self::assertStringContainsString("chmod 600 '$private'", (string)file_get_contents("$place/README.txt"));
    }

    public function testAnExportIsAppliedByHandWhereNoPluginIs(): void
    {
        $shop = $this->shop('image');
        $export = dirname($shop->root) . '/exported by hand';
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', "--export=$export");

        $this->assertExit(0, $result);
        $this->assertUnchanged($before, $shop);
        self::assertStringContainsString('etc/acme.bin', $result->stderr, 'what is in no patch is told');
        self::assertStringNotContainsString(self::SECRET, $result->all());
        self::assertStringContainsString('config.xml', $result->stderr, 'that passwords are in it is told');
        $checkout = $this->checkout($shop->root);
        $this->apply($export, ['composer.json', 'composer.lock'], $checkout);
        $this->install($checkout);
        self::must(['sh', '-c', 'rm -rf "$2" && mkdir "$2" && cp -R "$1/tool/." "$2/"', 'sh', $export, "$checkout/" . Site::TOOL], $checkout);
        $this->assertSameAsInPlace($shop->root, $checkout);
        self::assertSame(md5_file("$export/composer.json"), md5_file("$checkout/composer.json"));
        $readme = (string)file_get_contents("$export/README.txt");
        self::assertStringContainsString('etc/acme.bin', $readme);
        self::assertStringContainsString('composer-patches', $readme);
    }

    public function testOnAdobesCloudThePatchIsAHotfix(): void
    {
        $shop = $this->shop('cloud');
        $export = Site::directory('export');
        $result = $this->magento($shop, 'upgrade', "--export=$export/a", '--format=json');
        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame('m2-hotfixes', $json['export']['applied_by']);
        $checkout = $this->checkout($shop->root);
        $this->apply("$export/a", $json['export']['files'], $checkout);
        $this->install($checkout);
        self::must(['patch', '--silent', '-p1', '--no-backup-if-mismatch', '-d', $checkout, '-i', "$checkout/{$json['export']['patch']}"], $checkout);
        $this->assertSameAsInPlace($shop->root, $checkout);
    }

    public function testBuiltShopsAreTold(): void
    {
        $root = $this->released();
        $result = $this->at($root, 'upgrade', '--dry-run');
        $this->assertExit(0, $result);
        foreach (['releases/', '"current"', 'REVISION', '--export=DIR'] as $told) {
            self::assertStringContainsString($told, $result->stderr);
        }
        $cloud = $this->shop('cloud');
        self::assertStringContainsString('.magento.app.yaml', $this->magento($cloud, 'upgrade', '--dry-run')->stderr);
        $environment = $this->environment(['MAGENTO_CLOUD_PROJECT' => 'abc', 'MAGENTO_CLOUD_ENVIRONMENT' => 'staging']);
        self::assertStringContainsString('Adobe Commerce cloud', $this->inShop($cloud, $environment, 'upgrade', '--dry-run')->stderr);
        $plain = $this->magento($this->shop(), 'upgrade', '--dry-run');
        self::assertStringNotContainsString('--export', $plain->stderr, 'an ordinary shop is not bothered');
    }

    public function testADryRunWritesNothingAndTellsTheSame(): void
    {
        $shop = $this->shop('release');
        $place = Site::directory('export');
        $dry = $this->magento($shop, 'upgrade', "--export=$place/a", '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        self::assertSame([], self::names($place));
        $real = $this->magento($shop, 'upgrade', "--export=$place/a", '--format=json');
        self::assertSame($real->json()['export'], $dry->json()['export']);
        self::assertSame(array_keys($real->json()), array_keys($dry->json()));
        self::assertSame(['a'], self::names($place), 'nothing is left beside it');
        $this->assertNoStageLeft($shop);
    }

    public function testConflictsStopAnExportToo(): void
    {
        $shop = $this->shop('conflict');
        $place = Site::directory('export');
        $before = $shop->snapshot();
        $this->assertExit(3, $this->magento($shop, 'upgrade', "--export=$place/a"));
        self::assertSame([], self::names($place));
        $this->assertUnchanged($before, $shop);
        $this->assertExit(0, $this->magento($shop, 'upgrade', "--export=$place/a", '--on-conflict=mine'));
        self::assertFileExists("$place/a/tool/NOTES.txt");
        self::assertStringContainsString('b/NOTES.txt', (string)file_get_contents("$place/a/" . self::PATCH));
        self::assertStringContainsString('map.xml.new', (string)file_get_contents("$place/a/" . self::PATCH), 'the release\'s side stands beside');
        $this->assertUnchanged($before, $shop);
    }

    public function testWithoutATool(): void
    {
        $shop = $this->shop();
        self::must(['composer', 'remove', '-n', '--no-audit', 'magento/data-migration-tool'], $shop->root);
        $before = $shop->snapshot();
        $export = Site::directory('export');
        $result = $this->magento($shop, 'upgrade', "--export=$export", '--format=json');
        $this->assertExit(0, $result);
        self::assertNull($result->json()['export']['patch'], 'nothing was customized');
        self::assertSame(['README.txt', 'composer.json', 'composer.lock', 'tool'], self::names($export));
        $this->assertUnchanged($before, $shop);
        $checkout = $this->checkout($shop->root);
        $this->apply($export, $result->json()['export']['files'], $checkout);
        $this->install($checkout);
        $this->assertSameTree("$export/tool", "$checkout/" . Site::TOOL);
    }

    public function testNothingToDoWritesNothing(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $export = Site::directory('export');
        $result = $this->magento($shop, 'upgrade', "--export=$export");
        $this->assertExit(0, $result);
        self::assertStringContainsString('Nothing is exported', $result->stderr);
        self::assertSame([], self::names($export));
    }

    /** In-place upgrades of it are refused; what would be kept in var/lockstep goes to a temporary directory. */
    public function testAnImageAndAReadOnlyShopAreExportedFrom(): void
    {
        $hindrance = MountNamespace::hindrance();
        if ($hindrance !== null) {
            self::markTestSkipped($hindrance);
        }
        $shop = $this->shop('image');
        $temporary = Site::directory('tmp');
        $environment = $this->environment(['TMPDIR' => $temporary, 'KUBERNETES_SERVICE_HOST' => '10.0.0.1']);
        $command = [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'];
        $place = Site::directory('export');
        foreach (['image', 'read-only'] as $name) {
            $mounts = new MountNamespace($shop);
            if ($name === 'image') {
                $mounts->image();
            } else {
                $mounts->bind($shop->root, $shop->root)->shell('mount -o remount,bind,ro ' . $shop->root);
            }
            $refused = $mounts->run([$command], $environment);
            $this->assertExit(4, $refused);
            self::assertStringContainsString('--export=DIR', $refused->stderr, 'the way out is told');
            if ($name === 'image') {
                self::assertStringContainsString('a container\'s image', $refused->stderr);
            }
            $result = $mounts->run([[...$command, "--export=$place/$name"]], $environment);
            $this->assertExit(0, $result);
            self::assertTrue($mounts->isUnchanged());
        }
        self::assertFileDoesNotExist($shop->path('var/lockstep'));
        $this->assertSameTree("$place/image", "$place/read-only");
        self::assertSame([], glob("$temporary/lockstep-*/export-*/stage/*"), 'no stage is left');
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertSameTree($shop->path(Site::TOOL), "$place/image/tool");
    }

    public function testAnotherUserExportsAShopWithALinkedVar(): void
    {
        $shop = $this->shop('image');
        $user = Site::directory('user');
        chown($user, 65534);
        chmod($shop->path('auth.json'), 0644);
        rename($shop->path('var'), "$user/var");
        symlink("$user/var", $shop->path('var'));
        $before = $shop->snapshot();
        $command = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'];
        $environment = ['HOME' => $user, 'TMPDIR' => $user] + $this->environment();
        $this->assertExit(4, Program::run($command, $shop->root, $environment));
        $this->assertExit(0, Program::run([...$command, "--export=$user/export"], $shop->root, $environment));
        $this->assertUnchanged($before, $shop);
        self::assertSame([], self::names("$user/var"));
        self::assertFileExists("$user/export/tool/etc/acme.bin");
    }

    public function testAKilledExportLeavesNoHalfOne(): void
    {
        $shop = $this->shop('image');
        $place = Site::directory('export');
        $command = [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', "--export=$place/a"];
        $result = Program::signalAt('[9/12]', SIGKILL, $command, $shop->root, $this->environment());
        self::assertTrue($result->killed, (string)$result);
        self::assertFileDoesNotExist("$place/a");
        $this->assertExit(0, $this->magento($shop, 'upgrade', "--export=$place/a"));
        self::assertSame(['a'], self::names($place), 'what the killed one made beside is removed');
        $this->assertNoStageLeft($shop);
    }

    public function testPlacesThatAreRefused(): void
    {
        $shop = $this->shop();
        $place = Site::directory('export');
        file_put_contents("$place/file", 'x');
        symlink('nowhere', "$place/link");
        foreach (["$place/file", $place, "$place/link", "$place/none/deep", $shop->path('pub/export'), $shop->root, $shop->path('var'), $shop->path('var/lockstep/x'), '/proc'] as $refused) {
            $result = $this->magento($shop, 'upgrade', "--export=$refused", '--format=json');
            $this->assertExit(4, $result);
            self::assertSame('export-directory', $result->json()['error']['code'], $refused);
            self::assertNotSame('', $result->json()['error']['hint']);
        }
        foreach (['--backup-code', '--run-scripts', '--directory=/tmp'] as $option) {
            self::assertSame('option', $this->magento($shop, 'upgrade', "--export=$place/a", $option, '--format=json')->json()['error']['code']);
        }
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--export=' . $shop->path('var/export')));
        self::assertFileExists($shop->path('var/export/composer.json'));
    }

    /** @return array<string, array{string, list<string>}> kind of shop, patches of the tool by others */
    public static function pluginShops(): array
    {
        return ['no other patches' => ['release', []], 'patches of others' => ['patched', ['patches/tool-convert.patch']]];
    }

    /**
     * @dataProvider pluginShops
     * @param list<string> $others
     */
    public function testTheNextExportTakesThePlaceOfTheLast(string $kind, array $others): void
    {
        $shop = $this->shop($kind);
        $place = Site::directory('export');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6', "--export=$place/first"));
        $built = $this->checkout($shop->root);
        $this->apply("$place/first", ['composer.json', 'composer.lock', self::PATCH], $built);
        $this->install($built);
        $this->assertSameTree("$place/first/tool", "$built/" . Site::TOOL);

        $result = $this->at($built, 'upgrade', "--export=$place/second", '--format=json');
        $this->assertExit(0, $result);
        self::assertSame([], $result->json()['patches']['lost'], 'the patch of the first export is none that is lost');
        $extra = json_decode((string)file_get_contents("$place/second/composer.json"), true)['extra'];
        self::assertSame([...$others, self::PATCH], array_values($extra['patches']['magento/data-migration-tool']), 'registered once, after those of others');
        $this->apply("$place/second", ['composer.json', 'composer.lock', self::PATCH], $built);
        $this->install($built);
        self::assertSame('2.4.6.1', json_decode((string)file_get_contents("$built/" . Site::TOOL . '/composer.json'), true)['version']);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertSameTree($shop->path(Site::TOOL), "$built/" . Site::TOOL);
        $this->assertSameTree("$place/second/tool", "$built/" . Site::TOOL);
    }

    /** Then the patch is taken out of composer.json again: it is of the release before. */
    public function testAnUpgradeInPlaceAfterAnExport(): void
    {
        $shop = $this->shop('release');
        $place = Site::directory('export');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6', "--export=$place/first"));
        $built = $this->checkout($shop->root);
        $this->apply("$place/first", ['composer.json', 'composer.lock', self::PATCH], $built);
        $this->install($built);
        $result = $this->at($built, 'upgrade');
        $this->assertExit(0, $result);
        self::assertStringContainsString(self::PATCH, $result->stderr);
        self::assertStringNotContainsString(self::PATCH, (string)file_get_contents("$built/composer.json"));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertSameTree($shop->path(Site::TOOL), "$built/" . Site::TOOL);
    }

    /** The shop as a deployment makes it: releases/<time>, shared links, a "current" link. */
    private function released(): string
    {
        $shop = $this->shop('release');
        $deployment = Site::directory('deployment');
        $root = "$deployment/releases/20261124210500";
        mkdir("$deployment/shared/pub/media", 0755, true);
        mkdir(dirname($root));
        self::must(['cp', '-a', $shop->root, $root], '/');
        self::must(['mv', "$root/app/etc/env.php", "$deployment/shared/env.php"], '/');
        symlink('../../../../shared/env.php', "$root/app/etc/env.php");
        self::must(['rm', '-rf', "$root/pub/media"], '/');
        symlink('../../../shared/pub/media', "$root/pub/media");
        symlink('releases/20261124210500', "$deployment/current");
        $link = "$root/vendor/lockstep/module-migration-tool"; // relative, from where the shop was
        unlink($link);
        symlink(Site::project() . '/php-wrapper', $link);

        return $root;
    }

    /** What version control has of a shop. */
    private function checkout(string $root): string
    {
        $checkout = Site::directory('checkout');
        self::must(['cp', '-a', "$root/.", $checkout], '/');
        self::must(['rm', '-rf', "$checkout/vendor", "$checkout/var", "$checkout/generated"], '/');
        mkdir("$checkout/var");

        return $checkout;
    }

    /** @param list<string> $files */
    private function apply(string $export, array $files, string $checkout): void
    {
        foreach ($files as $file) {
            if (!is_dir(dirname("$checkout/$file"))) {
                mkdir(dirname("$checkout/$file"), 0755, true);
            }
            copy("$export/$file", "$checkout/$file");
        }
    }

    private function install(string $checkout): Result
    {
        return self::must(['composer', 'install', '-n', '--no-progress'], $checkout);
    }

    /** A copy of the same shop is upgraded in place: the tool, the lock file and the installed packages are the same, but for the patch's registration. */
    private function assertSameAsInPlace(string $root, string $checkout): void
    {
        $inPlace = dirname($checkout) . '/in-place-' . basename($checkout);
        self::must(['cp', '-a', $root, $inPlace], '/');
        $link = "$inPlace/vendor/lockstep/module-migration-tool";
        unlink($link);
        symlink(Site::project() . '/php-wrapper', $link);
        $this->assertExit(0, $this->at($inPlace, 'upgrade'));
        $this->assertSameTree("$inPlace/" . Site::TOOL, "$checkout/" . Site::TOOL);
        $register = static fn (string $file): array => self::comparable(json_decode((string)file_get_contents($file), true));
        foreach (['composer.lock', 'vendor/composer/installed.json'] as $file) {
            self::assertSame($register("$inPlace/$file"), $register("$checkout/$file"), $file);
        }
        self::must(['rm', '-rf', $inPlace], '/');
    }

    /**
     * @param array<string, mixed> $json
     * @return array<string, mixed>
     */
    private static function comparable(array $json): array
    {
        unset($json['content-hash']); // "extra" of composer.json is in it
        foreach (['packages', 'packages-dev'] as $list) {
            $packages = array_column($json[$list] ?? [], null, 'name');
            unset($packages['magento/data-migration-tool']['extra']['patches_applied'], $packages['lockstep/module-migration-tool']['dist']['reference']);
            if (($packages['magento/data-migration-tool']['extra'] ?? null) === []) {
                unset($packages['magento/data-migration-tool']['extra']);
            }
            ksort($packages);
            $json[$list] = $packages;
        }

        return $json;
    }

    private function assertSameTree(string $expected, string $actual): void
    {
        $exclude = ['PATCHES.txt']; // composer-patches lists there which patches it applied
        self::assertSame([], Snapshot::of($expected, $exclude)->differences(Snapshot::of($actual, $exclude)));
    }

    private function snapshotOf(string $root): Snapshot
    {
        return Snapshot::of($root, ['var/lockstep']);
    }

    private function at(string $root, string $command, string ...$arguments): Result
    {
        return Program::run([...self::php(), 'bin/magento', "migration:tool:$command", '-n', ...$arguments], $root, $this->environment());
    }

    /** @return list<string> */
    private static function names(string $directory): array
    {
        return array_values(array_diff(scandir($directory) ?: [], ['.', '..']));
    }

    /** @param list<string> $command */
    private static function must(array $command, string $directory): Result
    {
        $result = Program::run($command, $directory, getenv() + ['COMPOSER_ALLOW_SUPERUSER' => '1']);
        self::assertSame(0, $result->exit, (string)$result);

        return $result;
    }
}
