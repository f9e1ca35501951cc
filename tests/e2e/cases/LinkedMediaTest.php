<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** pub/media as a symlink to shared storage: backed up as what it leads to, unpacked with --to, never swapped behind the link. */
final class LinkedMediaTest extends ShopTestCase
{
    public function testWhatTheLinkLeadsToIsBackedUp(): void
    {
        [$shop, $media] = $this->linked();
        $made = $this->magento($shop, 'backup', '--media', '--code', '--exclude=*.bak', '--exclude=/pub/media/private/', '--format=json');
        $this->assertExit(0, $made);
        $part = array_column($made->json()['parts'], null, 'name')['media'];
        self::assertSame(['pub/media', $media, 1], [$part['link'], $part['target'], $part['files']]);
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest'));

        foreach ([[], ['--media'], ['--path=pub/media/catalog/a.jpg'], ['--path=pub/media'], ['--path=*.jpg'], ['--path=pub/media/catalog/*.jpg']] as $options) {
            $to = Site::directory('to');
            $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', "--to=$to", ...$options));
            self::assertSame('picture', file_get_contents("$to/pub/media/catalog/a.jpg"), implode(' ', $options));
            self::assertFileDoesNotExist("$to/pub/media/catalog/b.bak");
            self::assertFileDoesNotExist("$to/pub/media/private");
            self::assertFileDoesNotExist("$to/pub/media/tmp");
        }
        $none = $this->magento($shop, 'backup:restore', 'latest', '--media', '--path=pub/media/nothing', '--to=' . Site::directory('none'), '--format=json');
        $this->assertExit(8, $none);
        self::assertSame('no-member', $none->json()['error']['code']);

        self::assertStringContainsString($media, $this->magento($shop, 'backup', '--media')->stderr, 'it says where the link leads');
    }

    public function testTheNextOneIsBuiltOnIt(): void
    {
        [$shop, $media] = $this->linked();
        for ($i = 0; $i < 50; $i++) {
            file_put_contents("$media/catalog/$i", random_bytes(5000));
        }
        $old = time() - 100;
        Program::run(['find', $media, '-exec', 'touch', '-d', "@$old", '{}', '+'], '/', $this->environment());
        sleep(3);
        $this->assertExit(0, $this->magento($shop, 'backup', '--media'));
        $again = $this->magento($shop, 'backup', '--media', '--format=json')->json()['parts'][0];
        self::assertGreaterThan(0, $again['frames_reused']);
    }

    public function testARestoreTouchesNeitherTheLinkNorWhatItLeadsTo(): void
    {
        [$shop, $media] = $this->linked();
        $made = $this->magento($shop, 'backup', '--media', '--code', '--format=json')->json();
        file_put_contents("$media/catalog/a.jpg", 'another');
        $shop->put(Site::CONFIG, 'broken');
        foreach ([['--media'], []] as $options) {
            $refused = $this->magento($shop, 'backup:restore', $made['id'], '--format=json', ...$options);
            $this->assertExit(4, $refused);
            self::assertSame('media-link', $refused->json()['error']['code']);
            self::assertStringContainsString($media, $refused->json()['error']['message']);
            self::assertStringContainsString('--to=DIR', $refused->json()['error']['hint']);
        }
        self::assertSame('another', file_get_contents("$media/catalog/a.jpg"));
        self::assertSame('broken', $shop->get(Site::CONFIG));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $made['id'], '--code'));
        self::assertTrue(is_link($shop->path('pub/media')));

        // a backup from before the link
        unlink($shop->path('pub/media'));
        mkdir($shop->path('pub/media'));
        $shop->put('pub/media/c.jpg', 'c');
        $this->assertExit(0, $this->magento($shop, 'backup', '--media'));
        Program::run(['rm', '-rf', $shop->path('pub/media')], '/', $this->environment());
        symlink($media, $shop->path('pub/media'));
        $this->assertExit(4, $this->magento($shop, 'backup:restore', 'latest', '--media'));
        self::assertTrue(is_link($shop->path('pub/media')));

        unlink($shop->path('pub/media'));
        symlink('/nowhere/at/all', $shop->path('pub/media'));
        $this->assertExit(4, $this->magento($shop, 'backup', '--media'));
    }

    /** @return array{Site, string} */
    private function linked(): array
    {
        $shop = $this->shop();
        $media = (string)realpath(Site::directory('shared'));
        foreach (['catalog', 'tmp', 'private'] as $directory) {
            mkdir("$media/$directory");
        }
        file_put_contents("$media/catalog/a.jpg", 'picture');
        file_put_contents("$media/catalog/b.bak", 'bak');
        file_put_contents("$media/tmp/upload", 'x');
        file_put_contents("$media/private/p", 'x');
        Program::run(['rm', '-rf', $shop->path('pub/media')], '/', $this->environment());
        is_dir($shop->path('pub')) || mkdir($shop->path('pub'));
        symlink($media, $shop->path('pub/media'));

        return [$shop, $media];
    }
}
