<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Customizations in the user's own module below app/code: told, and merged when asked to. */
final class ModulesTest extends ShopTestCase
{
    private const EDITION = 'etc/opensource-to-opensource';
    private const MODULE = 'app/code/Acme/Migration';
    private const OWN = self::MODULE . '/' . self::EDITION;
    private const CONFIG = self::OWN . '/1.9.4.4/config.xml';
    private const MAP = self::OWN . '/1.9.4.4/map.xml';
    private const TIER_PRICE = self::OWN . '/1.9.4.4/map-tier-price.xml';
    private const PACKAGE = 'vendor/lockstep-fixture/agency-module/etc/config.xml';
    private const OUTCOMES = [
        self::MODULE . '/etc/acme-rules.xml' => 'own',
        self::CONFIG => 'merged',
        self::TIER_PRICE => 'follows',
        self::MAP => 'merged',
        self::OWN . '/settings.xml' => 'unchanged',
        self::PACKAGE => 'follows',
    ];

    public function testTheMergeIsToldAndNothingOfAModuleChanges(): void
    {
        $shop = $this->shop('modules');
        $before = $shop->snapshot();
        $code = $this->code($shop);

        $result = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUnchanged($before, $shop);
        self::assertSame(self::OUTCOMES, self::outcomes($result));
        $config = self::item($result, self::CONFIG);
        self::assertSame(['config', self::EDITION . '/1.9.4.4/config.xml.dist', self::EDITION . '/1.9.4.4/config.xml.dist', false], [$config['option'], $config['origin'], $config['release'], $config['merged']]);
        self::assertStringContainsString("-        <bulk_size>0</bulk_size>\n+        <bulk_size>500</bulk_size>", $config['diff']);
        self::assertStringNotContainsString('fixture-', (string)$result, 'no secret is told');

        $result = $this->magento($shop, 'upgrade', '-v');
        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertStringContainsString('--merge-modules', $result->stderr);
        self::assertStringContainsString('+        <bulk_size>500</bulk_size>', $result->stderr);
        self::assertStringNotContainsString('fixture-', (string)$result);
        self::assertSame($code, $this->code($shop), 'without the option nothing below app/code is touched');
    }

    public function testMergedTheyArePartOfTheUpgradeOfItsBackupAndOfItsUndo(): void
    {
        $shop = $this->shop('modules');
        chmod($shop->path(self::CONFIG), 0640);
        $before = $shop->snapshot();
        $code = $this->code($shop);

        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--dry-run', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUnchanged($before, $shop);
        self::assertTrue(self::item($result, self::CONFIG)['merged']);

        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertSame(self::OUTCOMES, self::outcomes($result));
        self::assertTrue(self::item($result, self::CONFIG)['merged']);
        self::assertFalse(self::item($result, self::OWN . '/settings.xml')['merged']);
        self::assertFalse(self::item($result, self::PACKAGE)['merged']);
        self::assertStringContainsString('belongs to a package', self::item($result, self::PACKAGE)['reason']);
        self::assertStringContainsString('<bulk_size>0<', $shop->get(self::PACKAGE));
        $config = $shop->get(self::CONFIG);
        foreach (['<bulk_size>500<', '<source_media>', 'Inventory Step', 'password="fixture-m1-secret"', 'Acme\Migration\Step\Points', '<map_file>' . self::MAP . '<'] as $text) {
            self::assertStringContainsString($text, $config);
        }
        self::assertSame(0640, fileperms($shop->path(self::CONFIG)) & 07777);
        self::assertStringContainsString('acme_loyalty_points', $shop->get(self::MAP));
        self::assertStringContainsString('dataflow_batch_import', $shop->get(self::MAP));
        self::assertSame($shop->get(Site::EDITION . '/1.9.4.4/map-tier-price.xml.dist'), $shop->get(self::TIER_PRICE));
        self::assertSame(['tool', 'modules'], array_column($result->json()['backup']['parts'], 'name'));

        $merged = $this->code($shop);
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--modules'));
        self::assertSame($code, $this->code($shop), 'the backup holds them as they were');
        $this->assertExit(0, $this->magento($shop, 'undo', '--restore'));
        self::assertSame($merged, $this->code($shop));

        $this->assertExit(0, $this->magento($shop, 'undo'));
        $this->assertUnchanged($before, $shop, 'an undo takes them back');
    }

    public function testAConflictStopsAndItsResolutionIsTaken(): void
    {
        $shop = $this->shop('modules');
        $shop->put(self::MAP, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get(self::MAP)));
        $shop->put(Site::TOOL . '/NOTES.txt', str_replace('dropped later', 'kept by Acme', $shop->get(Site::TOOL . '/NOTES.txt')));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(3, $result);
        $this->assertUnchanged($before, $shop);
        self::assertSame('conflict', self::outcomes($result)[self::MAP]);
        self::assertFalse(self::item($result, self::CONFIG)['merged']);
        self::assertStringContainsString(self::MAP, $result->json()['error']['message']);
        $conflict = $this->conflicts($shop) . '/modules/' . self::MAP;
        self::assertStringContainsString('<<<<<<<', (string)file_get_contents($conflict));
        self::assertStringContainsString('value="acme"', (string)file_get_contents("$conflict.mine"));

        $this->assertExit(3, $this->magento($shop, 'upgrade', '--merge-modules'));
        $conflict = $this->conflicts($shop) . '/modules/' . self::MAP;
        file_put_contents($conflict, (string)preg_replace('~<<<<<<<[^\n]*\n.*?>>>>>>>[^\n]*\n~s', "                    <param name=\"value\" value=\"resolved\" />\n", (string)file_get_contents($conflict)));
        $this->assertExit(3, $this->magento($shop, 'upgrade', '--merge-modules')); // the tool's own file is left
        file_put_contents($this->conflicts($shop) . '/NOTES.txt', "Kept.\n");
        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame('resolved', self::outcomes($result)[self::MAP]);
        self::assertStringContainsString('value="resolved"', $shop->get(self::MAP));
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/conflicts'));
    }

    public function testMineAndNewOnDemand(): void
    {
        foreach (['mine' => ['acme', 'new', '1'], 'new' => ['1', 'mine', 'acme']] as $choice => [$stands, $suffix, $beside]) {
            $shop = $this->shop('modules');
            $shop->put(self::MAP, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get(self::MAP)));
            $before = $shop->snapshot();

            $this->assertExit(0, $this->magento($shop, 'upgrade', '--merge-modules', "--on-conflict=$choice"));
            self::assertStringContainsString("name=\"value\" value=\"$stands\"", $shop->get(self::MAP));
            self::assertStringContainsString("name=\"value\" value=\"$beside\"", $shop->get(self::MAP . ".$suffix"));
            $this->assertExit(0, $this->magento($shop, 'undo'));
            $this->assertUnchanged($before, $shop);
        }
    }

    /** The shop that does not ask for the merge is not stopped by what it would give. */
    public function testAConflictOfAProposalStopsNothing(): void
    {
        $shop = $this->shop('modules');
        $shop->put(self::MAP, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get(self::MAP)));

        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame('conflict', self::outcomes($result)[self::MAP]);
        self::assertStringContainsString('<<<<<<<', self::item($result, self::MAP)['diff']);
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/conflicts'));
    }

    public function testACopyUnderAnotherNameIsToldByItsContents(): void
    {
        $shop = $this->shop('modules');
        mkdir($shop->path(self::MODULE . '/etc/shop'));
        rename($shop->path(self::MAP), $shop->path(self::MODULE . '/etc/shop/rules.xml'));
        rename($shop->path(self::CONFIG), $shop->path(self::MODULE . '/etc/shop/my-config.xml'));
        $config = self::MODULE . '/etc/shop/my-config.xml';
        $shop->put($config, str_replace(self::MAP, self::MODULE . '/etc/shop/rules.xml', $shop->get($config)));

        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(self::EDITION . '/1.9.4.4/map.xml.dist', self::item($result, self::MODULE . '/etc/shop/rules.xml')['origin']);
        self::assertStringContainsString('dataflow_batch_import', $shop->get(self::MODULE . '/etc/shop/rules.xml'));
        self::assertStringContainsString('<bulk_size>500<', $shop->get($config));
    }

    public function testWhatUpstreamRenamedIsFoundAndFollowed(): void
    {
        $shop = $this->shop('modules-renamed');
        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(array_fill_keys(array_keys(self::OUTCOMES), true), array_map(static fn (string $outcome): bool => in_array($outcome, ['own', 'merged', 'follows', 'unchanged'], true), self::outcomes($result)));
        self::assertSame('etc/community-to-community/1.9.4.4/map.xml.dist', self::item($result, self::MAP)['release']);
        self::assertStringContainsString('dataflow_batch_import', $shop->get(self::MAP));
        $config = $shop->get(self::CONFIG);
        self::assertStringContainsString('<map_file>' . self::MAP . '<', $config, 'a place of the user\'s own stays');
        self::assertStringContainsString('<eav_map_file>etc/community-to-community/map-eav.xml.dist<', $config);
        self::assertStringContainsString('<edition_migrate>community-to-community<', $config);
    }

    /** Left as it is, a configuration names files that are gone: told with the line, as any code that does not fit. */
    public function testAConfigurationThatIsNotMergedNamesFilesThatAreGone(): void
    {
        $shop = $this->shop('modules-renamed');
        $result = $this->magento($shop, 'upgrade', '--strict', '--format=json');
        $this->assertExit(3, $result);
        self::assertContains('file-missing', array_column($result->json()['code'], 'kind'));
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--strict', '--merge-modules', '--dry-run'));
    }

    /** What is no place of ours is told and left alone. */
    public function testLinkedFilesAreToldAlone(): void
    {
        $shop = $this->shop('modules');
        $elsewhere = Site::directory('module');
        rename($shop->path(self::MODULE), "$elsewhere/Migration");
        symlink("$elsewhere/Migration", $shop->path(self::MODULE));
        $before = (string)file_get_contents($shop->path(self::CONFIG));

        $result = $this->magento($shop, 'upgrade', '--merge-modules', '--format=json');
        $this->assertExit(0, $result);
        $item = self::item($result, self::CONFIG);
        self::assertSame(['merged', false, 'it stands behind a symlink'], [$item['outcome'], $item['merged'], $item['reason']]);
        self::assertSame($before, (string)file_get_contents($shop->path(self::CONFIG)));
    }

    public function testWindowsLineEndsStay(): void
    {
        $shop = $this->shop('modules');
        foreach ([self::CONFIG, self::MAP] as $file) {
            $shop->put($file, str_replace("\n", "\r\n", $shop->get($file)));
        }

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--merge-modules'));
        foreach ([self::CONFIG => '<source_media>', self::MAP => 'dataflow_batch_import'] as $file => $text) {
            self::assertStringContainsString($text, $shop->get($file));
            self::assertSame(0, preg_match('/(?<!\r)\n/', $shop->get($file)), $file);
        }
    }

    public function testTheDiffShowsThemAgainstWhatTheyWereMadeFrom(): void
    {
        $shop = $this->shop('modules');
        $result = $this->magento($shop, 'diff', '.', '--format=json');
        $this->assertExit(0, $result);
        $modules = array_column($result->json()['modules'], null, 'file');
        self::assertSame(array_keys(self::OUTCOMES), array_keys($modules));
        self::assertSame([self::EDITION . '/1.9.4.4/map.xml.dist', true], [$modules[self::MAP]['origin'], $modules[self::MAP]['edited']]);
        self::assertFalse($modules[self::TIER_PRICE]['edited']);
        self::assertStringContainsString('+                <document>acme_loyalty_points</document>', array_column($result->json()['diff'], 'diff', 'path')[self::MAP]);
        self::assertStringNotContainsString('fixture-', (string)$result);
        self::assertStringContainsString(self::MAP, $this->magento($shop, 'diff')->stdout);
    }

    public function testAnExportTakesNone(): void
    {
        $shop = $this->shop('modules');
        $result = $this->magento($shop, 'upgrade', '--export=' . Site::directory('export'), '--merge-modules', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('option', $result->json()['error']['code']);
    }

    private function conflicts(Site $shop): string
    {
        $found = glob($shop->path('var/lockstep/conflicts/*')) ?: [];
        self::assertNotSame([], $found);

        return end($found);
    }

    /** @return array<string, string> */
    private function code(Site $shop): array
    {
        $files = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($shop->path('app/code'), \FilesystemIterator::SKIP_DOTS)) as $file) {
            $files[$file->getPathname()] = fileperms($file->getPathname()) . hash_file('sha256', $file->getPathname());
        }
        ksort($files);

        return $files;
    }

    /** @return array<string, string> */
    private static function outcomes(Result $result): array
    {
        return array_column($result->json()['modules'], 'outcome', 'file');
    }

    /** @return array<string, mixed> */
    private static function item(Result $result, string $file): array
    {
        return array_column($result->json()['modules'], null, 'file')[$file] ?? self::fail("$file is not told: $result");
    }
}
