<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** backup:restore --to=DIR: all parts of a set into one directory; what a kill or a failure leaves there is known for what it is. */
final class RestoreToTest extends ShopTestCase
{
    private const MARK = 'LOCKSTEP-UNFINISHED';

    public function testAllPartsGoIntoOneDirectory(): void
    {
        $shop = $this->withMedia();
        touch($shop->path('pub'), 1700000000);
        $this->assertExit(0, $this->magento($shop, 'backup', '--media', '--tool', '--code'));
        foreach ([[], ['--code', '--media'], ['--media', '--tool']] as $parts) {
            $to = Site::directory('to');
            $result = $this->magento($shop, 'backup:restore', 'latest', "--to=$to", '--format=json', ...$parts);
            $this->assertExit(0, $result);
            self::assertSame('picture', file_get_contents("$to/pub/media/a/b.jpg"));
            self::assertSame($shop->get(Site::CONFIG), file_get_contents("$to/" . Site::CONFIG));
            self::assertFileDoesNotExist("$to/" . self::MARK);
            if (!in_array('--tool', $parts, true)) {
                self::assertSame($shop->get('composer.json'), file_get_contents("$to/composer.json"));
                self::assertSame(1700000000, filemtime("$to/pub"), 'the second part leaves no trace on what the first one made');
                self::assertSame(fileperms($shop->path('pub')), fileperms("$to/pub"));
            }
        }
        $to = Site::directory('pattern');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', "--to=$to", '--path=*.j*'));
        self::assertFileExists("$to/composer.json");
        self::assertFileExists("$to/pub/media/a/b.jpg");
    }

    public function testWhatAKillLeavesIsMarked(): void
    {
        $shop = $this->withMedia();
        $this->assertExit(0, $this->magento($shop, 'backup', '--media', '--code'));
        $to = Site::directory('to');
        $killed = Program::run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=mkdirat', '-e', 'inject=mkdirat:signal=KILL:when=20', ...self::php(), 'bin/magento', 'migration:tool:backup:restore', 'latest', '-n', "--to=$to"], $shop->root, $this->environment());
        self::assertNotSame(0, $killed->exit);
        self::assertStringContainsString('not all', (string)file_get_contents("$to/" . self::MARK));
        $again = $this->magento($shop, 'backup:restore', 'latest', "--to=$to", '--format=json');
        $this->assertExit(4, $again);
        self::assertSame('unfinished', $again->json()['error']['code']);
        self::assertStringContainsString("rm -rf '$to'", $again->json()['error']['hint']);
        Program::run(['rm', '-rf', $to], '/', $this->environment());
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', "--to=$to"));
        self::assertSame('picture', file_get_contents("$to/pub/media/a/b.jpg"));
    }

    public function testAFailureOfALaterPart(): void
    {
        $shop = $this->withMedia();
        $made = $this->magento($shop, 'backup', '--media', '--code', '--format=json');
        $media = $made->json()['path'] . '/media.tar.zst';
        file_put_contents($media, substr_replace((string)file_get_contents($media), 'xx', 100, 2));
        $to = Site::directory('to');
        $failed = $this->magento($shop, 'backup:restore', 'latest', "--to=$to", '--format=json');
        $this->assertExit(8, $failed);
        self::assertFileExists("$to/composer.json");
        self::assertFileExists("$to/" . self::MARK);
        self::assertStringContainsString($to, $failed->json()['error']['hint']);
        // where nothing was made nothing is left
        foreach ([Site::directory('empty'), "$to/new"] as $empty) {
            $there = is_dir($empty);
            $this->assertExit(8, $this->magento($shop, 'backup:restore', 'latest', '--media', "--to=$empty"));
            self::assertSame($there, is_dir($empty));
            self::assertSame([], glob("$empty/*"));
        }
    }

    private function withMedia(): Site
    {
        $shop = $this->shop();
        mkdir($shop->path('pub/media/a'), 0755, true);
        $shop->put('pub/media/a/b.jpg', 'picture');

        return $shop;
    }
}
