<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;

/** A plugin that attacks the live tree from the stage, and a root script that would run the live shop. */
final class HostileTest extends ShopTestCase
{
    public function testTheLiveTreeIsNotTouched(): void
    {
        $shop = $this->shop('hostile');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '-v');

        self::assertStringContainsString('hostile: unlink ', $result->all(), "the plugin ran in the stage\n$result");
        self::assertStringContainsString(': denied', $result->all());
        foreach (['write', 'overwrite', 'unlink', 'rename', 'mkdir', 'symlink'] as $what) {
            self::assertDoesNotMatchRegularExpression("/hostile: $what [^\n]*: done/", $result->all(), 'the fence holds');
        }
        $allowed = '~^\S+ (vendor/magento/data-migration-tool(/|$| )|vendor/composer[/ ]|vendor/autoload\.php|composer\.(json|lock) )~';
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression($allowed, $difference, (string)$result);
        }
        self::assertContains($result->exit, [0, 10], (string)$result);
        if ($result->exit === 0) {
            $this->assertUpgraded($shop);
        } else {
            $this->assertUnchanged($before, $shop);
        }
    }

    public function testRootScriptsAreListedNotRun(): void
    {
        $shop = $this->shop('hostile');
        $flushed = $shop->get('var/cache-flushed');

        $result = $this->magento($shop, 'upgrade', '-v');

        self::assertSame($flushed, $shop->get('var/cache-flushed'), 'no bin/magento cache:flush in the live shop');
        self::assertStringContainsString('post-update-cmd', $result->all(), 'the scripts are listed');
    }

    public function testRootScriptsRunInTheLiveShopOnDemand(): void
    {
        $shop = $this->shop('hostile');
        $flushed = $shop->get('var/cache-flushed');

        $result = $this->magento($shop, 'upgrade', '--run-scripts');

        if ($result->exit === 0) {
            self::assertNotSame($flushed, $shop->get('var/cache-flushed'), (string)$result);
        } else {
            $this->assertExit(10, $result);
        }
    }
}
