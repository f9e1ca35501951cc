<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** The main job on a shop whose customizations merge. */
final class UpgradeTest extends ShopTestCase
{
    public function testUpgradesAndCarriesEveryCustomization(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $this->assertExit(2, $this->magento($shop, 'status', '--check'));

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        $this->assertCustomized($shop);
        $allowed = '~^\S+ (vendor/magento/data-migration-tool(/|$| )|vendor/composer[/ ]|vendor/autoload\.php|composer\.(json|lock) )~';
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression($allowed, $difference, 'nothing else changed');
        }
        $this->assertExit(0, $this->magento($shop, 'status', '--check'));
        foreach (['Preflight', 'Resolve', 'Stage', 'Solve', 'Inspect', 'Backup', 'Merge', 'Verify', 'Commit', 'Confirm', 'Report'] as $i => $step) {
            self::assertMatchesRegularExpression('~\[' . ($i + 1) . "/11\\] $step~", $result->stderr, 'steps are numbered and named');
        }
    }

    private function assertCustomized(Site $shop): void
    {
        $config = $shop->get(Site::CONFIG);
        self::assertStringContainsString('password="fixture-m1-secret"', $config, 'mine');
        self::assertStringContainsString('1.9.4.4/map.xml</map_file>', $config, 'mine');
        self::assertStringContainsString('<bulk_size>500</bulk_size>', $config, 'from the new .dist');
        self::assertStringContainsString('<source_media>0</source_media>', $config, 'from the new .dist');
        self::assertStringContainsString('<step title="Inventory Step">', $config, 'from the new .dist');
        $map = $shop->get(Site::MAP);
        self::assertStringContainsString('acme_loyalty_cards', $map, 'mine');
        self::assertStringContainsString('acme_sitemap', $map, 'mine');
        self::assertStringContainsString('<param name="value" value="1" />', $map, 'from the new .dist');
        self::assertSame($shop->get(Site::EDITION . '/1.9.4.4/map-tier-price.xml.dist'), $shop->get(Site::EDITION . '/1.9.4.4/map-tier-price.xml'), 'an unedited copy follows its .dist');
        self::assertStringContainsString('is_percent', $shop->get(Site::EDITION . '/1.9.4.4/map-tier-price.xml'));
        self::assertStringContainsString('acme/*', $shop->get(Site::EDITION . '/settings.xml'));
        $classMap = $shop->get(Site::EDITION . '/class-map.xml');
        self::assertStringContainsString('acme/widget', $classMap);
        self::assertStringContainsString('cms/widget_page_link', $classMap);
        $customer = $shop->get(Site::EDITION . '/map-customer.xml.dist');
        self::assertStringContainsString('acme_customer_ignored', $customer);
        self::assertStringContainsString('customer_visitor', $customer);
        self::assertStringContainsString('\Acme\Loyalty\Handler\SetValue', $shop->get(Site::EDITION . '/map-eav.xml.dist'));
        $shipping = $shop->get(Site::TOOL . '/src/Migration/Handler/ShippingMethod.php');
        self::assertStringContainsString('acme_express', $shipping);
        self::assertStringContainsString('!isset($this->methods[$method])', $shipping);
        self::assertStringContainsString("=== 'acme'", $shop->get(Site::TOOL . '/src/Migration/Handler/GiftMessage.php'));
        self::assertFileExists($shop->path(Site::TOOL . '/src/Migration/Step/Acme/Loyalty.php'));
        self::assertFileDoesNotExist($shop->path(Site::EDITION . '/map-log.xml.dist'), 'a deletion of mine stays');
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/NOTES.txt'), 'a deletion of the release is followed');
        self::assertFileExists($shop->path(Site::TOOL . '/src/Migration/Handler/Inventory.php'), 'a new file of the release is there');
        foreach ([Site::CONFIG, Site::MAP] as $file) {
            $document = new \DOMDocument();
            self::assertTrue($document->load($shop->path($file)));
            self::assertTrue($document->schemaValidate($shop->path(Site::TOOL . '/etc/' . basename($file, '.xml') . '.xsd')));
        }
    }

    /** Two declarations of one name merge without a conflict and parse, but do not compile. */
    public function testAMergedClassThatDoesNotCompileStopsTheUpgrade(): void
    {
        $shop = $this->shop();
        $path = Site::TOOL . '/src/Migration/Handler/ShippingMethod.php';
        $twice = "\n    private function acme(): void\n    {\n    }\n";
        $shop->put($path, (string) preg_replace('/\}\s*$/', $twice . $twice . "}\n", $shop->get($path)));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(8, $result);
        self::assertSame('stage-broken', $result->json()['error']['code']);
        self::assertStringContainsString('ShippingMethod.php', $result->json()['error']['message']);
        self::assertSame([], $before->differences($shop->snapshot()));
    }

    public function testTellsOfFilesInADirectoryThatTheReleaseDropped(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'status'));
        $pristine = (glob($shop->path('var/lockstep/pristine/2.4.5-*')) ?: [''])[0];
        self::assertDirectoryExists($pristine);
        foreach ([$pristine, $shop->path(Site::TOOL)] as $tool) {
            mkdir($tool . '/etc/ce-to-ce');
            file_put_contents($tool . '/etc/ce-to-ce/a.xml', "<a/>\n");
        }
        $shop->put(Site::TOOL . '/etc/ce-to-ce/mine.xml', "<mine/>\n");

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertStringContainsString('"etc/ce-to-ce" is not in release 2.4.6.1', $result->stderr);
        self::assertSame("<mine/>\n", $shop->get(Site::TOOL . '/etc/ce-to-ce/mine.xml'));
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/etc/ce-to-ce/a.xml'));
    }

    public function testTheBackupOfAnUpgradeHoldsTheOldTool(): void
    {
        $shop = $this->shop();
        $old = $shop->get(Site::CONFIG);
        $json = $this->magento($shop, 'upgrade', '--format=json')->json();

        self::assertIsString($json['backup']['id']);
        $archives = glob($json['backup']['path'] . '/*.tar.zst') ?: [];
        self::assertCount(1, $archives);
        $to = Site::directory('unpacked');
        $this->assertExit(0, Program::run(['tar', '--zstd', '-xf', $archives[0], '-C', $to], '/', $this->environment()));
        self::assertSame($old, file_get_contents("$to/" . Site::CONFIG));
        self::assertSame('2.4.5', json_decode((string)file_get_contents("$to/" . Site::TOOL . '/composer.json'), true)['version']);
        $this->assertExit(0, $this->magento($shop, 'backup:verify', $json['backup']['id']));
    }

    public function testStateIsPrivateAndNothingIsLeftOver(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['sh', '-c', 'umask 000; exec "$@"', 'sh', ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'], $shop->root, $this->environment()));

        $found = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($shop->path('var/lockstep'), \FilesystemIterator::SKIP_DOTS), \RecursiveIteratorIterator::SELF_FIRST);
        self::assertSame('700', sprintf('%o', fileperms($shop->path('var/lockstep')) & 0777));
        foreach ($found as $path => $info) {
            if ($info->isLink() || preg_match('~/(stage|pristine)/[^/]+/~', (string)$path)) {
                continue; // below a 0700 directory: entries of the site, with their own modes
            }
            self::assertSame($info->isDir() ? '700' : '600', sprintf('%o', $info->getPerms() & 0777), (string)$path);
        }
        $this->assertNoStageLeft($shop);
        self::assertFileDoesNotExist($shop->path('var/lockstep/journal'));
    }

    public function testAnUpgradeWithNothingToDoChangesNothing(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $before = $shop->snapshot();
        $backups = glob($shop->path('var/lockstep/backups/*'));

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertMatchesRegularExpression('/nothing to (do|be done)|already|is at the right version/i', $result->all());
        $this->assertUnchanged($before, $shop);
        self::assertSame($backups, glob($shop->path('var/lockstep/backups/*')), 'no needless backup');
    }

    public function testADryRunChangesNothingAndTellsTheSameKeys(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();

        $dry = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');

        $this->assertExit(0, $dry);
        $this->assertUnchanged($before, $shop);
        self::assertSame([], glob($shop->path('var/lockstep/backups/*')) ?: []);
        $this->assertNoStageLeft($shop);
        $real = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $real);
        self::assertSame(self::keys($real->json()), self::keys($dry->json()));
        self::assertTrue($dry->json()['dry_run']);
        self::assertFalse($real->json()['dry_run']);
        self::assertSame($real->json()['merge'], $dry->json()['merge']);
        self::assertSame($real->json()['packages'], $dry->json()['packages']);
        $this->assertUpgraded($shop);
    }

    public function testTheDocumentOfAnUpgrade(): void
    {
        $result = $this->magento($this->shop(), 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        $json = $result->json();
        foreach (['status', 'exit_code', 'magento', 'tool', 'target', 'match', 'from', 'to', 'steps', 'packages', 'backup', 'merge', 'followup', 'rolled_back', 'dry_run'] as $key) {
            self::assertArrayHasKey($key, $json);
        }
        self::assertSame('2.4.5', $json['from']);
        self::assertSame('2.4.6.1', $json['to']);
        self::assertSame('hotfix', $json['target']['rule']);
        self::assertFalse($json['rolled_back']);
        foreach ($json['steps'] as $step) {
            self::assertSame(['name', 'status', 'seconds'], array_keys($step));
        }
        self::assertSame([['name' => 'magento/data-migration-tool', 'from' => '2.4.5', 'to' => '2.4.6.1']], $json['packages']);
        foreach (['id', 'path', 'files', 'bytes', 'seconds'] as $key) {
            self::assertArrayHasKey($key, $json['backup']);
        }
        self::assertSame(['carried', 'merged', 'conflicts'], array_slice(array_keys($json['merge']), 0, 3));
        self::assertSame([], $json['merge']['conflicts']);
        self::assertContains('etc/opensource-to-opensource/1.9.4.4/config.xml', $json['merge']['merged']);
        self::assertContains('src/Migration/Step/Acme/Loyalty.php', $json['merge']['carried']);
        self::assertSame(['etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml'], $json['merge']['follows'], 'a copy of a .dist without an edit is no customization');
        self::assertNotContains('etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml', $json['customizations']['added']);
        self::assertIsList($json['followup']);
        self::assertStringNotContainsString('secret', $result->all(), 'no secret is shown');
    }

    public function testAGivenVersionAndTheReleaseWithoutItsHotFix(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6'));
        $this->assertUpgraded($shop, '2.4.6');

        $shop = $this->shop();
        $result = $this->magento($shop, 'upgrade', '--no-hotfix', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame('exact', $result->json()['target']['rule']);
        $this->assertUpgraded($shop, '2.4.6');
    }

    public function testRunsWithoutBootingMagento(): void
    {
        $shop = $this->shop();
        $shop->put('app/etc/env.php', "<?php\nthrow new \\Exception('no database');\n");
        $elsewhere = Site::directory('elsewhere');

        $this->assertExit(0, $this->lockstep($shop->path('vendor/bin/lockstep'), $elsewhere, 'upgrade', "--root-dir=$shop->root"));

        $this->assertUpgraded($shop);
        $this->assertExit(0, $this->lockstep($shop->path('vendor/bin/lockstep'), $shop->path('app/code/Acme'), 'status', '--check'));
        $this->assertExit(0, $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $elsewhere, 'status', '--check', "--root-dir=$shop->root"));
    }

    public function testInstallsTheToolWhereItIsAbsent(): void
    {
        $shop = $this->shop();
        $remove = ['composer', 'remove', '--no-interaction', '--no-progress', '--no-audit', 'magento/data-migration-tool'];
        $this->assertExit(0, Program::run($remove, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        $this->assertExit(0, Program::run(['rm', '-rf', $shop->path(Site::TOOL)], '/', $this->environment()));
        $status = $this->magento($shop, 'status', '--format=json')->json();
        self::assertFalse($status['tool']['installed']);

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
    }

    /**
     * The keys of a document; lists have none.
     *
     * @return array<int|string, mixed>
     */
    private static function keys(mixed $value): array
    {
        if (!is_array($value)) {
            return [];
        }
        if (array_is_list($value)) {
            return [];
        }

        return array_map(self::keys(...), $value);
    }
}
