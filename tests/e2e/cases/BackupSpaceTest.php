<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\MountNamespace;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** A backup that would not fit is refused before anything is written. */
final class BackupSpaceTest extends ShopTestCase
{
    protected function setUp(): void
    {
        $hindrance = MountNamespace::hindrance();
        $hindrance === null || self::markTestSkipped($hindrance);
    }

    public function testTheFirstBackupIsEstimatedFromWhatThereIs(): void
    {
        $shop = $this->shop();
        $shop->put('app/code/random.bin', random_bytes(3_000_000));
        $result = $this->onSmallDisk($shop, '1m', '', '--code', '--format=json');
        $this->assertExit(8, $result);
        $json = $result->json();
        self::assertSame('no-space', $json['error']['code']);
        self::assertSame(1_048_576, $json['free_bytes']);
        self::assertGreaterThan(1_500_000, $json['needed_bytes'], 'half of what there is');
        self::assertStringContainsString('1.0 MB', $json['error']['message']);
        self::assertStringContainsString('prune', $json['error']['hint']);
        self::assertFileDoesNotExist($shop->path('var/lockstep/key'), 'refused before anything is written');
    }

    public function testTheNextOneIsEstimatedFromTheLast(): void
    {
        $shop = $this->shop();
        $shop->put('app/code/random.bin', random_bytes(3_000_000));
        $shop->put('app/code/zeros.bin', str_repeat("\0", 40_000_000)); // shrinks to nothing: half of it would not fit
        $result = $this->onSmallDisk($shop, '10m', '', '--code');
        $this->assertExit(8, $result);
        $this->assertExit(0, $this->onSmallDisk($shop, '10m', '', '--tool'));

        $result = $this->magento($shop, 'backup', '--code', '--directory=' . Site::directory('store'), '--format=json');
        $this->assertExit(0, $result);
        $stored = $result->json()['parts'][0]['stored_bytes'];
        $store = dirname($result->json()['path']);
        $result = $this->onSmallDisk($shop, '8m', $store, '--code', '--full');
        $this->assertExit(0, $result);
        self::assertStringContainsString(sprintf('About %.1f MB are needed', $stored / 1e6), $result->stderr);
    }

    /** @param string $store sets that lie there already; "" for none */
    private function onSmallDisk(Site $shop, string $size, string $store, string ...$options): Result
    {
        $disk = Site::directory('disk');
        $script = 'mount -t tmpfs -o "size=$1" none "$2" && { test -z "$3" || cp -a "$3/." "$2"; } && cd "$4" && shift 4 && exec "$@"';

        return Program::run(['unshare', '--mount', 'sh', '-c', $script, 'sh', $size, $disk, $store, $shop->root, ...self::php(), 'bin/magento', 'migration:tool:backup', '-n', "--directory=$disk", ...$options], '/', $this->environment());
    }
}
