<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** An upgrade can be gone back and taken again, and its report tells what became of each customization. */
final class RoundTripTest extends ShopTestCase
{
    public function testUpgradeDowngradeUpgradeGivesTheSameTree(): void
    {
        $shop = $this->shop();
        $old = $this->tool($shop);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $new = $this->tool($shop);
        self::assertNotSame([], $old->differences($new));

        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5'));
        self::assertSame([], $old->differences($this->tool($shop)), 'down again');
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertSame([], $new->differences($this->tool($shop)), 'up again');
        $this->assertUpgraded($shop);
    }

    public function testTheSameWithEveryFileInCrlf(): void
    {
        $shop = $this->shop();
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($shop->path(Site::TOOL), \FilesystemIterator::SKIP_DOTS)) as $file) {
            file_put_contents((string)$file, str_replace("\n", "\r\n", (string)file_get_contents((string)$file)));
        }
        unlink($shop->path(Site::TOOL . '/README.md'));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $new = $this->tool($shop);
        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5'));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertSame([], $new->differences($this->tool($shop)));
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/README.md'));
    }

    public function testARestoreOfTheBackupGivesTheVeryBytes(): void
    {
        $shop = $this->shop();
        $old = $this->tool($shop);
        $upgrade = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $upgrade);
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $upgrade->json()['backup']['id'], '--tool'));
        self::assertSame([], $old->differences($this->tool($shop)));
    }

    public function testTheReportTellsWhatBecameOfEach(): void
    {
        $shop = $this->shop('conflict');
        $theirs = $this->shop('untouched');
        $this->assertExit(0, $this->magento($theirs, 'upgrade'));
        $same = 'src/Migration/Logger/Logger.php';
        copy($theirs->path(Site::TOOL . "/$same"), $shop->path(Site::TOOL . "/$same"));

        $result = $this->magento($shop, 'upgrade', '--dry-run', '--on-conflict=mine', '--format=json');
        $this->assertExit(0, $result);
        $merge = $result->json()['merge'];
        self::assertContains('src/Migration/Handler/GiftMessage.php', $merge['carried']);
        self::assertContains('etc/opensource-to-opensource/1.9.4.4/config.xml', $merge['merged']);
        self::assertContains('NOTES.txt', $merge['conflicts']);
        self::assertSame([$same], $merge['obsolete']);
        self::assertSame(['etc/opensource-to-opensource/1.9.4.4/map-tier-price.xml'], $merge['follows']);

        $text = $this->magento($shop, 'upgrade', '--on-conflict=mine')->all();
        foreach (['Your files, carried over' => 'GiftMessage.php', 'Merged' => 'config.xml', 'Now the same in the release' => $same, 'Conflicts' => 'NOTES.txt'] as $label => $file) {
            self::assertMatchesRegularExpression('~' . preg_quote($label, '~') . ".*\n(?:  .*\n)*?  - \\S*" . preg_quote($file, '~') . "\n~", $text);
        }
        self::assertFileExists($shop->path(Site::MAP . '.new'));
        self::assertStringContainsString('value="1"', $shop->get(Site::MAP . '.new'));
    }

    private function tool(Site $shop): Snapshot
    {
        return Snapshot::of($shop->path(Site::TOOL), []);
    }
}
