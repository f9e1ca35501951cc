<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;

/** A plugin that attacks the live tree from the stage, and root scripts that would run the live shop. */
final class HostileTest extends ShopTestCase
{
    public function testAPluginDoesNotTouchTheLiveTree(): void
    {
        $shop = $this->shop('hostile');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '-v');

        $this->assertExit(0, $result);
        foreach (['write', 'overwrite', 'unlink', 'rename', 'mkdir', 'symlink'] as $what) {
            self::assertMatchesRegularExpression("/hostile: $what [^\n]*: denied/", $result->all(), 'the plugin ran in the stage');
            self::assertDoesNotMatchRegularExpression("/hostile: $what [^\n]*: done/", $result->all(), 'the fence holds');
        }
        $allowed = '~^\S+ (vendor/magento/data-migration-tool(/|$| )|vendor/composer[/ ]|vendor/autoload\.php|composer\.(json|lock) )~';
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression($allowed, $difference, (string)$result);
        }
        self::assertMatchesRegularExpression('/permissions of "pub\/index.php" were changed/', $result->stderr, 'chmod is no secret');
        $this->assertUpgraded($shop);
    }

    public function testRootScriptsAreListedNotRun(): void
    {
        $shop = $this->shop('scripts');
        $flushed = $shop->get('var/cache-flushed');

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertSame($flushed, $shop->get('var/cache-flushed'), 'no bin/magento cache:flush in the live shop');
        self::assertStringContainsString('post-update-cmd', $result->all(), 'the scripts are listed');
    }

    public function testRootScriptsRunInTheLiveShopOnDemand(): void
    {
        $shop = $this->shop('scripts');
        $flushed = $shop->get('var/cache-flushed');

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--run-scripts'));

        self::assertNotSame($flushed, $shop->get('var/cache-flushed'));
        $this->assertUpgraded($shop);
    }
}
