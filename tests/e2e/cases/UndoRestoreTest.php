<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** An undo of a restore is proved as one of an upgrade: what works before it works after it. */
final class UndoRestoreTest extends ShopTestCase
{
    public function testAnUndoThatBreaksTheShopIsTakenBack(): void
    {
        foreach (['vendor/autoload.php' => 'autoloader', 'bin/magento' => 'bin/magento'] as $file => $words) {
            $shop = $this->shop();
            $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
            $works = $shop->snapshot();
            $shop->put($file, '<?php this is broken');
            $lockstep = [...self::php(), Site::project() . '/php-wrapper/bin/lockstep'];
            $restored = Program::run([...$lockstep, 'migration:tool:backup:restore', 'latest', '-n'], $shop->root, $this->environment());
            $this->assertExit(0, $restored);
            $this->assertUnchanged($works, $shop);

            $undo = $this->magento($shop, 'undo', '--restore', '--format=json');
            $this->assertExit(9, $undo);
            self::assertSame('not-confirmed', $undo->json()['error']['code']);
            self::assertStringContainsString($words, $undo->json()['error']['message']);
            self::assertTrue($undo->json()['rolled_back']);
            $this->assertUnchanged($works, $shop);
            self::assertFalse($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending']);
            $this->assertNoStageLeft($shop);
            $this->assertExit(0, $this->magento($shop, 'backup'));
        }
    }

    public function testWhatWasBrokenAlreadyDoesNotStopIt(): void
    {
        $shop = $this->shop();
        $shop->put('bin/magento', '<?php this is broken');
        $lockstep = [...self::php(), Site::project() . '/php-wrapper/bin/lockstep'];
        $run = fn (string ...$arguments): Result => Program::run([...$lockstep, ...$arguments, '-n'], $shop->root, $this->environment());
        $this->assertExit(0, $run('migration:tool:backup', '--code'));
        $shop->put(Site::CONFIG, 'mine');
        $before = $shop->snapshot();
        $this->assertExit(0, $run('migration:tool:backup:restore', 'latest'));
        $this->assertExit(0, $run('migration:tool:undo', '--restore'));
        $this->assertUnchanged($before, $shop);
    }
}
