<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;

/** What only reads: status, releases, diff. */
final class StatusTest extends ShopTestCase
{
    public function testTheDocumentOfStatus(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'status', '--format=json');
        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame('2.4.6', $json['magento']['version']);
        self::assertArrayHasKey('edition', $json['magento']);
        self::assertArrayHasKey('source', $json['magento']);
        self::assertTrue($json['tool']['installed']);
        self::assertSame('2.4.5', $json['tool']['version']);
        self::assertSame('vendor/magento/data-migration-tool', $json['tool']['path']);
        self::assertSame('2.4.6.1', $json['target']['version']);
        self::assertSame('hotfix', $json['target']['rule']);
        self::assertArrayHasKey('exact', $json['target']);
        self::assertNotSame('', $json['target']['reason']);
        self::assertFalse($json['match']);
        self::assertEqualsCanonicalizing(['modified', 'added', 'deleted', 'lost', 'noise'], array_keys($json['customizations']));
        self::assertContains('src/Migration/Handler/ShippingMethod.php', $json['customizations']['modified']);
        self::assertContains('etc/opensource-to-opensource/1.9.4.4/config.xml', $json['customizations']['added']);
        self::assertContains('etc/opensource-to-opensource/map-log.xml.dist', $json['customizations']['deleted']);
        self::assertIsList($json['followup']);
        self::assertArrayHasKey('last_backup', $json);
        self::assertFalse($json['recovery']['pending']);
        self::assertFalse($json['migration']['running']);
        $this->assertUnchanged($before, $shop);
    }

    public function testAMigrationUnderWayIsSeen(): void
    {
        $shop = $this->shop();
        $shop->put('var/migration-tool-progress.lock', 'a:0:{}');
        self::assertTrue($this->magento($shop, 'status', '--format=json')->json()['migration']['running']);
        $before = $shop->snapshot();
        $this->assertExit(4, $this->magento($shop, 'upgrade'));
        $this->assertUnchanged($before, $shop);
    }

    public function testReleases(): void
    {
        $result = $this->magento($this->shop(), 'releases', '--format=json');
        $this->assertExit(0, $result);
        self::assertStringContainsString('2.4.6.1', $result->stdout);
        self::assertStringContainsString('2.4.4', $result->stdout);
        self::assertStringContainsString('hotfix', $result->stdout);
    }

    public function testDiff(): void
    {
        $shop = $this->shop();
        $list = $this->magento($shop, 'diff');
        $this->assertExit(0, $list);
        self::assertStringContainsString('src/Migration/Handler/GiftMessage.php', $list->stdout);
        $one = $this->magento($shop, 'diff', 'src/Migration/Handler/GiftMessage.php');
        $this->assertExit(0, $one);
        self::assertStringContainsString("+        if (empty(\$record[\$field]) || \$record[\$field] === 'acme') {", $one->stdout);
        $config = $this->magento($shop, 'diff', 'etc/opensource-to-opensource/1.9.4.4/config.xml');
        $this->assertExit(0, $config);
        self::assertStringContainsString('db1.internal', $config->stdout);
        self::assertStringNotContainsString('fixture-m1-secret', $config->all(), 'no secret is shown');
        self::assertStringNotContainsString('fixture-crypt-key', $config->all(), 'no secret is shown');
    }
}
