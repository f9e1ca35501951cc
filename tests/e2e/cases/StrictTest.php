<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** upgrade --strict, as cron and setup:upgrade run it. */
final class StrictTest extends ShopTestCase
{
    public function testWarningsOfThePreflightStopItAndAreNamed(): void
    {
        $shop = $this->shop();
        $shop->put(Site::TOOL . '/etc/config.xml', "<?xml version=\"1.0\"?>\n<config/>\n"); // the check warns of it
        $manifest = json_decode($shop->get('composer.json'));
        $manifest->config->platform = ['php' => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.99'];
        $shop->put('composer.json', json_encode($manifest, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--strict', '--accept-stale-lock', '--format=json');
        $this->assertExit(4, $result);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
        $json = $result->json();
        self::assertSame('warnings', $json['error']['code']);
        $codes = array_column($json['findings'], 'code');
        foreach (['stray-config', 'php-platform', 'lock-stale'] as $code) {
            self::assertContains($code, $codes);
        }
        self::assertSame(['warning'], array_values(array_unique(array_column($json['findings'], 'level'))));
        foreach ($json['findings'] as $finding) {
            self::assertStringContainsString(explode("\n", $finding['message'])[0], $json['error']['message']);
        }

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--accept-stale-lock')); // without it they are told
        $this->assertUpgraded($shop);
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--strict', '--accept-stale-lock')); // nothing is to be done
    }

    public function testWithoutAFindingItUpgrades(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--strict', '--on-conflict=stop'));
        $this->assertUpgraded($shop);
    }

    public function testOnlyAReleaseThatFitsIsTaken(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade', '2.4.4', '--strict', '--format=json');
        $this->assertExit(5, $result);
        self::assertSame('no-release', $result->json()['error']['code']);
        $this->assertExit(4, $this->magento($shop, 'upgrade', '--strict', '--nearest'));
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6', '--strict')); // of the same version, though a hot fix is there
        $this->assertUpgraded($shop, '2.4.6');
    }
}
