<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** Shops whose packages are patched by a Composer plugin: a patch is no edit of the user, and what the plugin installs anew is seen. */
final class PatchesTest extends ShopTestCase
{
    private const TOOL = 'magento/data-migration-tool';
    private const OTHER = 'lockstep-fixture/dev-tool';
    private const CONVERT = 'src/Migration/Handler/Convert.php';
    private const SHIPPING = 'src/Migration/Handler/ShippingMethod.php';
    private const DEV_TOOL = 'vendor/lockstep-fixture/dev-tool';

    /** @return array<string, array{string}> */
    public static function kinds(): array
    {
        return ['cweagans' => ['patched'], 'as vaimo' => ['patched-vaimo']];
    }

    #[DataProvider('kinds')]
    public function testAPatchIsNoEditAndTheNewReleaseIsPatchedToo(string $kind): void
    {
        $shop = $this->shop($kind);
        self::assertStringContainsString('// patched: trim', $shop->get(Site::TOOL . '/' . self::CONVERT));
        $other = fileinode($shop->path(self::DEV_TOOL));

        $status = $this->magento($shop, 'status', '--format=json');
        $this->assertExit(0, $status);
        $this->assertNoPatchIsTold($status->json()['customizations']);
        self::assertStringNotContainsString(self::CONVERT, $this->magento($shop, 'diff')->stdout);

        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        $this->assertNoPatchIsTold($result->json()['customizations']);
        self::assertSame(1, substr_count($shop->get(Site::TOOL . '/' . self::CONVERT), '// patched: trim'));
        self::assertStringContainsString('acme_loyalty_points', $shop->get(Site::MAP));
        self::assertSame([self::TOOL], array_column($result->json()['packages'], 'name'));
        self::assertSame($other, fileinode($shop->path(self::DEV_TOOL)), 'the other package was not touched');
        self::assertSame([], $result->json()['patches']['lost']);
        self::assertNotSame([], self::applied($shop, self::TOOL));

        $after = $this->magento($shop, 'status', '--format=json');
        $this->assertNoPatchIsTold($after->json()['customizations']);
        $this->assertNoStageLeft($shop);
    }

    #[DataProvider('kinds')]
    public function testAnEditOfAPatchedFileIsCarriedBesideThePatch(string $kind): void
    {
        $shop = $this->shop($kind);
        $file = Site::TOOL . '/' . self::CONVERT;
        $shop->put($file, str_replace('/** Replaces values by a map. */', '/** Replaces values by a map, and Acme\'s. */', $shop->get($file)));

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        self::assertContains(self::CONVERT, $result->json()['customizations']['modified']);
        self::assertStringContainsString('and Acme\'s.', $shop->get($file));
        self::assertSame(1, substr_count($shop->get($file), '// patched: trim'));
        $diff = $this->magento($shop, 'diff', self::CONVERT)->stdout;
        self::assertStringContainsString('and Acme\'s.', $diff);
        self::assertStringNotContainsString('+        $record[$field] = $this->map[trim', $diff);
    }

    #[DataProvider('kinds')]
    public function testAPatchThatFitsNoMoreAndIsSkippedIsTold(string $kind): void
    {
        $shop = $this->shop($kind);
        $this->declare($shop, static function (object $extra): void {
            $extra->patches->{self::TOOL}->{'Unknown methods'} = 'patches/tool-shipping.patch';
            $extra->patcher = (object)['graceful' => true];
        });
        $this->composer($shop, 'install');
        self::assertStringContainsString('// patched: unknown', $shop->get(Site::TOOL . '/' . self::SHIPPING));

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertCount(1, $result->json()['patches']['lost']);
        self::assertStringContainsString('patches/tool-shipping.patch', $result->json()['patches']['lost'][0]);
        self::assertStringContainsString('patches/tool-shipping.patch', $result->stderr);
        self::assertStringContainsString('// patched: trim', $shop->get(Site::TOOL . '/' . self::CONVERT));
        self::assertStringNotContainsString('// patched: unknown', $shop->get(Site::TOOL . '/' . self::SHIPPING));
        $this->assertNoPatchIsTold($this->magento($shop, 'status', '--format=json')->json()['customizations'], []);
    }

    #[DataProvider('kinds')]
    public function testAPatchThatFitsNoMoreAndEndsComposerChangesNothing(string $kind): void
    {
        $shop = $this->shop($kind);
        $this->declare($shop, static function (object $extra): void {
            $extra->patches->{self::TOOL}->{'Unknown methods'} = 'patches/tool-shipping.patch';
            $extra->{'composer-exit-on-patch-failure'} = true;
        });
        $this->composer($shop, 'install');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(6, $result);
        self::assertSame('patch', $result->json()['error']['code']);
        self::assertStringContainsString('patches/tool-shipping.patch', $result->json()['error']['message']);
        self::assertStringContainsString('2.4.6.1', $result->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    #[DataProvider('kinds')]
    public function testAPackageThatThePluginInstallsAnewIsSeenAndSwapped(string $kind): void
    {
        $shop = $this->shop($kind);
        $this->declare($shop, static function (object $extra): void {
            $extra->patches->{self::OTHER}->{'Say it'} = 'patches/dev-tool-further.patch';
        });
        self::assertStringNotContainsString('patched', $shop->get(self::DEV_TOOL . '/bin/dev-tool'));

        $dry = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        $packages = array_column($result->json()['packages'], null, 'name');
        self::assertSame(['name' => self::OTHER, 'from' => '1.2.0', 'to' => '1.2.0'], $packages[self::OTHER]);
        self::assertCount(2, $packages);
        self::assertStringContainsString('dev-tool, patched', $shop->get(self::DEV_TOOL . '/bin/dev-tool'));
        self::assertStringContainsString('// patched: once', $shop->get(self::DEV_TOOL . '/src/DevTool.php'));
        self::assertCount(2, self::applied($shop, self::OTHER));
        self::assertSame($dry->json()['packages'], $result->json()['packages']);
        $program = Program::run([$shop->path('vendor/bin/dev-tool')], $shop->root, $this->environment());
        self::assertSame("dev-tool, patched\n", $program->stdout, (string)$program);
    }

    #[DataProvider('kinds')]
    public function testAPackageThatThePluginInstallsAnewWithTheSameBytesIsNotSwapped(string $kind): void
    {
        $shop = $this->shop($kind);
        $installed = json_decode($shop->get('vendor/composer/installed.json'), true);
        foreach ($installed['packages'] as $index => $package) {
            if ($package['name'] === self::OTHER) {
                $installed['packages'][$index]['extra']['patches_applied'] = ['Noted otherwise' => 'patches/dev-tool.patch'];
            }
        }
        $shop->put('vendor/composer/installed.json', (string)json_encode($installed));
        $inode = fileinode($shop->path(self::DEV_TOOL));
        $report = $shop->path(self::DEV_TOOL . '/PATCHES.txt');
        self::assertSame($kind === 'patched', is_file($report));

        $result = $this->magento($shop, 'upgrade', '-v', '--format=json');

        $this->assertExit(0, $result);
        self::assertMatchesRegularExpression('~(?:Removing|Installing) .*lockstep-fixture/dev-tool~', $shop->get('var/lockstep/last-composer.log'), 'the plugin installed it anew');
        self::assertSame([self::TOOL], array_column($result->json()['packages'], 'name'));
        self::assertSame($inode, fileinode($shop->path(self::DEV_TOOL)));
        self::assertNotSame(['Noted otherwise' => 'patches/dev-tool.patch'], self::applied($shop, self::OTHER));
        $this->assertUpgraded($shop);
    }

    public function testPatchesThatWereDeclaredSinceAreNotTakenForWhatWasApplied(): void
    {
        $shop = $this->shop('patched');
        $this->declare($shop, static function (object $extra): void {
            $extra->patches->{self::TOOL}->{'Unknown methods'} = 'patches/tool-shipping.patch';
        });

        $status = $this->magento($shop, 'status', '--format=json');

        $this->assertExit(0, $status);
        self::assertStringNotContainsString('could not be patched', $status->stderr);
        $this->assertNoPatchIsTold($status->json()['customizations']);
    }

    public function testAPatchWhoseFileIsGoneIsToldAsAnEdit(): void
    {
        $shop = $this->shop('patched');
        unlink($shop->path('patches/tool-convert.patch'));

        $status = $this->magento($shop, 'status', '--format=json');

        $this->assertExit(0, $status);
        self::assertStringContainsString('could not be patched', $status->stderr);
        self::assertContains(self::CONVERT, $status->json()['customizations']['modified']);
        $this->assertNoStageLeft($shop);
    }

    /**
     * @param array{modified: list<string>, added: list<string>, deleted: list<string>} $customizations
     * @param list<string>                                                              $edits           real edits, which are told
     */
    private function assertNoPatchIsTold(array $customizations, array $edits = ['src/Migration/Handler/GiftMessage.php']): void
    {
        self::assertSame($edits, array_values(array_intersect($edits, $customizations['modified'])));
        foreach ([...$customizations['modified'], ...$customizations['added'], ...$customizations['deleted']] as $path) {
            self::assertNotContains($path, [self::CONVERT, 'PATCHES.txt']);
        }
    }

    /** Edits composer.json's extra and brings composer.lock up to date with it. @param callable(object): void $edit */
    private function declare(Site $shop, callable $edit): void
    {
        $json = json_decode($shop->get('composer.json'));
        $edit($json->extra);
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        $this->composer($shop, 'update', '--lock', '--no-install', '--no-plugins');
    }

    private function composer(Site $shop, string ...$arguments): void
    {
        $this->assertExit(0, Program::run(['composer', ...$arguments, '--no-interaction', '--no-progress', ...($arguments[0] === 'install' ? [] : ['--no-audit'])], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
    }

    /** @return array<string, string> */
    private static function applied(Site $shop, string $name): array
    {
        foreach (json_decode($shop->get('vendor/composer/installed.json'), true)['packages'] as $package) {
            if ($package['name'] === $name) {
                return $package['extra']['patches_applied'] ?? [];
            }
        }
        self::fail("$name is not installed");
    }
}
