<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Customizations of the tool are saved when they changed: by checks and by upgrades. */
final class SavedCustomizationsTest extends ShopTestCase
{
    public function testACheckSavesThemOnce(): void
    {
        $shop = $this->shop();
        chmod($shop->path(Site::CONFIG), 0640);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'status', '--check', '--format=json');
        $this->assertExit(2, $result);
        $this->assertExit(2, $this->magento($shop, 'status', '--check'));

        $this->assertUnchanged($before, $shop);
        self::assertSame([], $result->json()['customizations']['lost']);
        [$saved] = $this->saved($shop, 1);
        $about = json_decode((string)file_get_contents("$saved/customizations.json"), true);
        self::assertSame('2.4.5', $about['base']['version']);
        $items = array_column($about['items'], null, 'path');
        $config = $items['etc/opensource-to-opensource/1.9.4.4/config.xml'];
        self::assertSame('0640', $config['mode']);
        self::assertSame('etc/opensource-to-opensource/1.9.4.4/config.xml.dist', $config['dist']);
        self::assertSame($shop->get(Site::CONFIG), file_get_contents("$saved/files/" . $config['path']));
        self::assertSame('absent', $items['etc/opensource-to-opensource/map-log.xml.dist']['type']);
        self::assertTrue($items['etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml']['unedited']);
        $this->assertPrivate($shop->path('var/lockstep/customizations'));
        self::assertStringNotContainsString('secret', $result->stdout . $result->stderr);
        self::assertSame(basename($saved), $this->magento($shop, 'status', '--format=json')->json()['saved']['id']);
    }

    public function testOnlyWhatChangedIsSavedAnew(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        $shop->put(Site::MAP, str_replace('acme_loyalty', 'acme_points', $shop->get(Site::MAP)));

        $this->magento($shop, 'status'); // tells, and saves nothing
        $this->saved($shop, 1);
        $this->magento($shop, 'status', '--check');

        $saved = $this->saved($shop, 2);
        self::assertStringContainsString('acme_points', (string)file_get_contents($saved[1] . '/files/etc/opensource-to-opensource/1.9.4.4/map.xml'));
        self::assertStringNotContainsString('acme_points', (string)file_get_contents($saved[0] . '/files/etc/opensource-to-opensource/1.9.4.4/map.xml'));
    }

    public function testUpgradesSaveBeforeAndAfter(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--dry-run'));
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/customizations'), 'a dry run saves nothing');

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $versions = array_map(static fn (string $saved): string => json_decode((string)file_get_contents("$saved/customizations.json"), true)['base']['version'], $this->saved($shop, 2));
        self::assertSame(['2.4.5', '2.4.6.1'], $versions);
        $this->assertExit(0, $this->magento($shop, 'backup:prune', '--keep-last=1'));
        $this->saved($shop, 2);
    }

    /** Runs of Lockstep lose nothing: neither an upgrade, its undo, nor a restore. */
    public function testWhatLockstepItselfChangesIsNoLoss(): void
    {
        $shop = $this->shop();
        $this->magento($shop, 'status', '--check');
        $backup = $this->magento($shop, 'backup', '--format=json')->json()['id'];
        foreach ([['upgrade'], ['undo'], ['upgrade'], ['backup:restore', $backup]] as $command) {
            $this->assertExit(0, $this->magento($shop, ...$command));
            self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost'], implode(' ', $command));
            $this->magento($shop, 'status', '--check');
        }
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['customizations']['lost']);
    }

    public function testWhatCannotBeSavedIsAWarning(): void
    {
        $shop = $this->shop();
        mkdir($shop->path('var/lockstep'), 0700);
        $shop->put('var/lockstep/customizations', 'a file where the directory would be');

        $result = $this->magento($shop, 'status', '--check', '--format=json');

        $this->assertExit(2, $result);
        self::assertStringContainsString('could not be saved', $result->stderr);
        self::assertContains('src/Migration/Handler/ShippingMethod.php', $result->json()['customizations']['modified']);
    }

    private function assertPrivate(string $directory): void
    {
        $list = Program::run(['find', $directory, '-printf', "%y %m\n"], '/', $this->environment());
        self::assertSame(['d 700', 'f 600'], array_values(array_unique(array_filter((array)preg_split('/\n/', (static function (string $text): string {
            $lines = array_unique(explode("\n", trim($text)));
            sort($lines);

            return implode("\n", $lines);
        })($list->stdout))))));
    }

    /** @return list<string> */
    private function saved(Site $shop, int $count): array
    {
        $saved = glob($shop->path('var/lockstep/customizations/2*')) ?: [];
        self::assertCount($count, $saved);

        return $saved;
    }
}
