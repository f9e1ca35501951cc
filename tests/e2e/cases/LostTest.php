<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Customizations that Composer took with the tool, before Lockstep was asked: told, and brought back. */
final class LostTest extends ShopTestCase
{
    private const MAP = 'etc/opensource-to-opensource/1.9.4.4/map.xml';
    private const CONFIG = 'etc/opensource-to-opensource/1.9.4.4/config.xml';

    public function testAnUpgradeOfMagentoTookThem(): void
    {
        $shop = $this->shop('range');
        chmod($shop->path(Site::CONFIG), 0600);
        $this->assertExit(2, $this->magento($shop, 'status', '--check'));
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        self::assertFileDoesNotExist($shop->path(Site::MAP));

        $status = $this->magento($shop, 'status', '--check', '--format=json');
        $this->assertExit(2, $status);
        $lost = $status->json()['customizations']['lost'];
        self::assertContains(self::MAP, $lost);
        self::assertContains(self::CONFIG, $lost);
        self::assertContains('etc/opensource-to-opensource/map-log.xml.dist', $lost, 'deleted there, and here again');
        self::assertContains('src/Migration/Handler/ShippingMethod.php', $lost);
        self::assertTrue($status->json()['match']);
        self::assertSame($lost, $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost'], 'told until they are back');
        self::assertStringContainsString('--customizations-from', $this->magento($shop, 'status')->stdout);

        $nothing = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(2, $nothing);
        self::assertSame($lost, $nothing->json()['customizations']['lost']);
        self::assertStringContainsString('--customizations-from', $nothing->stderr);

        $before = $shop->snapshot();
        $dry = $this->magento($shop, 'upgrade', '--customizations-from', '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        $this->assertUnchanged($before, $shop);

        $result = $this->magento($shop, 'upgrade', '--customizations-from', '--format=json');
        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame(array_keys($dry->json()), array_keys($json));
        self::assertSame([], $json['customizations']['lost']);
        self::assertContains('src/Migration/Handler/ShippingMethod.php', $json['merge']['merged']);
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
        self::assertSame('0600', substr(sprintf('%o', fileperms($shop->path(Site::CONFIG))), -4));
        self::assertFileDoesNotExist($shop->path(Site::EDITION . '/map-log.xml.dist'));
        self::assertStringContainsString('"^2.4"', $shop->get('composer.json'), 'nothing but the tool was swapped');
        $this->assertNoStageLeft($shop);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);

        $this->assertExit(0, $this->magento($shop, 'undo'));
        $this->assertUnchanged($before, $shop, 'the undo takes the merge back');
        self::assertSame($lost, $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost'], 'which takes them, too');
        $this->assertExit(0, $this->magento($shop, 'undo'));
        self::assertSame([], $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost']);
    }

    /** The same as an upgrade by Lockstep gives. */
    public function testWhatIsBroughtBackIsWhatAnUpgradeCarries(): void
    {
        $upgraded = $this->shop('range');
        $this->assertExit(0, $this->magento($upgraded, 'upgrade'));
        $shop = $this->shop('range');
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--customizations-from'));

        $differences = Program::run(['diff', '-r', $upgraded->path(Site::TOOL), $shop->path(Site::TOOL)], '/', $this->environment());
        $this->assertExit(0, $differences);
    }

    public function testAComposerInstallTookThem(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        Program::run(['rm', '-r', $shop->path(Site::TOOL)], '/', $this->environment());
        $this->composer($shop, 'install');

        self::assertContains(self::MAP, $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);

        // an edit since, beside what was lost
        $shop->put(Site::TOOL . '/src/Migration/Logger/Logger.php', str_replace('<?php', "<?php\n// edited since", $shop->get(Site::TOOL . '/src/Migration/Logger/Logger.php')));
        copy($shop->path(Site::CONFIG . '.dist'), $shop->path(Site::CONFIG));
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5', '--customizations-from'));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
        self::assertStringContainsString('edited since', $shop->get(Site::TOOL . '/src/Migration/Logger/Logger.php'));
        self::assertStringContainsString('password', $shop->get(Site::CONFIG), 'a plain copy of the .dist gave way');
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);
    }

    /** As deployment scripts make it from its .dist where it is missing. */
    public function testAPlainCopyMadeSinceHidesNoLoss(): void
    {
        $shop = $this->shop('range');
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        foreach ([Site::MAP, Site::CONFIG, Site::EDITION . '/1.9.4.4/map-tier-price.xml'] as $path) {
            copy($shop->path($path . '.dist'), $shop->path($path));
        }

        foreach (['found', 'told again'] as $words) {
            $lost = $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost'];
            self::assertContains(self::MAP, $lost, $words);
            self::assertContains(self::CONFIG, $lost, $words);
            self::assertNotContains('etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml', $lost, 'it was a plain copy before');
        }
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--customizations-from'));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    /** Each loss is brought back by itself, the last one first. */
    public function testWhatIsLostTwiceComesBackInTwoRuns(): void
    {
        $shop = $this->shop();
        $own = Site::TOOL . '/own.txt';
        $this->magento($shop, 'status', '--check');
        foreach (["first\n", ''] as $edit) {
            Program::run(['rm', '-r', $shop->path(Site::TOOL)], '/', $this->environment());
            $this->composer($shop, 'install');
            $edit === '' || $shop->put($own, $edit);
            $lost = $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost'];
            self::assertContains(self::MAP, $lost);
        }
        self::assertContains('own.txt', $lost);

        $this->assertExit(2, $this->magento($shop, 'upgrade', '2.4.5', '--customizations-from'));
        self::assertSame("first\n", $shop->get($own));
        self::assertContains(self::MAP, $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost'], 'those of the first loss');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5', '--customizations-from'));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
        self::assertSame("first\n", $shop->get($own));
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);
    }

    /** A copy of a .dist with other line ends is no edit, and yet the tool reads it. */
    public function testCopiesWithOtherLineEndsAreLostAsWell(): void
    {
        $shop = $this->shop();
        $copy = Site::EDITION . '/1.9.4.4/map-tier-price.xml';
        $shop->put($copy, str_replace("\n", "\r\n", $shop->get($copy)));
        $this->magento($shop, 'status', '--check');
        Program::run(['rm', '-r', $shop->path(Site::TOOL)], '/', $this->environment());
        $this->composer($shop, 'install');

        self::assertContains('etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml', $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5', '--customizations-from'));
        self::assertStringContainsString("\r\n", $shop->get($copy));
    }

    public function testTakingAnEditBackByHandIsNoLoss(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        unlink($shop->path(Site::MAP));
        self::assertSame([], $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost']);
        Program::run(['cp', '-a', $shop->path(Site::TOOL), $shop->path('vendor/copy')], '/', $this->environment());
        Program::run(['rm', '-r', $shop->path(Site::TOOL)], '/', $this->environment());
        rename($shop->path('vendor/copy'), $shop->path(Site::TOOL));
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost'], 'nor is a deployment that brings the same files');
    }

    public function testTheLostOnesCanBeGivenUp(): void
    {
        $shop = $this->shop('range');
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        $this->assertExit(2, $this->magento($shop, 'upgrade'));

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--customizations-from=none'));
        self::assertSame([], $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost']);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        [$saved] = array_map('basename', glob($shop->path('var/lockstep/customizations/2*')) ?: []);
        $this->assertExit(0, $this->magento($shop, 'upgrade', "--customizations-from=$saved")); // and yet wanted
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    public function testABackupCanBringThemBack(): void
    {
        $shop = $this->shop('range');
        $backup = $this->magento($shop, 'backup', '--format=json')->json()['id'];
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        $before = $shop->snapshot();

        $refused = $this->magento($shop, 'upgrade', '--customizations-from=20200101', '--format=json');
        $this->assertExit(4, $refused);
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'upgrade', "--customizations-from=$backup")); // 2.4.5 is asked from the repository
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
        self::assertStringContainsString('password', $shop->get(Site::CONFIG));
    }

    public function testTheReleaseOfABackupMayBeGiven(): void
    {
        $shop = $this->shop('range');
        $backup = $this->magento($shop, 'backup', '--format=json')->json()['id'];
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        $zip = dirname($shop->root) . '/repository-range/dist/magento-data-migration-tool-2.4.5.zip';
        $this->assertExit(0, $this->magento($shop, 'upgrade', "--customizations-from=$backup", "--pristine=$zip"));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    /** Another release than the right one replaced it: with the upgrade they come back, without they stay lost. */
    public function testTheyAreBroughtBackByAnUpgradeToo(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'require', 'magento/data-migration-tool:2.4.6');

        $plain = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(2, $plain);
        self::assertContains(self::MAP, $plain->json()['customizations']['lost']);
        self::assertContains(self::MAP, $this->magento($shop, 'status', '--check', '--format=json')->json()['customizations']['lost']);
        $this->assertExit(0, $this->magento($shop, 'undo'));

        $result = $this->magento($shop, 'upgrade', '--customizations-from', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(['2.4.6', '2.4.6.1'], [$result->json()['from'], $result->json()['to']]);
        $this->assertUpgraded($shop);
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);
    }

    public function testTheyComeBackWithAToolThatWasRemoved(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'remove', 'magento/data-migration-tool');
        self::assertContains(self::MAP, $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--customizations-from'));
        $this->assertUpgraded($shop);
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    public function testAConflictIsResolvedAsInAnyUpgrade(): void
    {
        $shop = $this->shop('range');
        $shop->put(Site::MAP, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get(Site::MAP)));
        $this->magento($shop, 'status', '--check');
        $this->composer($shop, 'update', 'magento/data-migration-tool');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--customizations-from', '--format=json');
        $this->assertExit(3, $result);
        $this->assertUnchanged($before, $shop);
        $json = $result->json();
        self::assertSame([self::MAP], $json['merge']['conflicts']);
        $file = $json['merge']['conflicts_directory'] . '/' . self::MAP;
        file_put_contents($file, preg_replace('~<<<<<<<[^\n]*\n.*?>>>>>>>[^\n]*\n~s', "                    <param name=\"value\" value=\"resolved\" />\n", (string)file_get_contents($file)));

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--customizations-from'));
        self::assertStringContainsString('value="resolved"', $shop->get(Site::MAP));
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/conflicts'));
    }

    private function composer(Site $shop, string ...$arguments): void
    {
        $this->assertExit(0, Program::run(['composer', ...$arguments, '--no-interaction', '--no-progress', '--no-scripts'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1', 'COMPOSER_NO_AUDIT' => '1'])));
    }
}
