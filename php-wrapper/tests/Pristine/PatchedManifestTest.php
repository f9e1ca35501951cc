<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Pristine;

use Lockstep\MigrationTool\Pristine\PatchedManifest;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use PHPUnit\Framework\TestCase;

final class PatchedManifestTest extends TestCase
{
    use SmallShop;

    private const APPLIED = ['Fix' => 'patches/fix.patch', 'Far' => 'https://example.com/far.patch'];

    public function testWhatWasAppliedIsDeclared(): void
    {
        $shop = $this->shopWithPatch();
        $extra = ['patches' => [Shop::TOOL => ['Newer' => 'patches/newer.patch'], 'o/o' => ['Other' => 'o.patch']]];
        self::assertSame(['patches' => [Shop::TOOL => self::APPLIED, 'o/o' => ['Other' => 'o.patch']]], $this->declared($shop, $extra, self::APPLIED));
        self::assertSame(['patches' => [Shop::TOOL => self::APPLIED]], $this->declared($shop, [], self::APPLIED));
    }

    public function testPatchesOfAFileAreTakenOver(): void
    {
        $shop = $this->shopWithPatch();
        $this->put($shop->path('patches.json'), ['patches' => ['o/o' => ['Other' => 'o.patch']]]);
        self::assertSame(['patches-file' => 'patches.json', 'patches' => ['o/o' => ['Other' => 'o.patch'], Shop::TOOL => self::APPLIED]], $this->declared($shop, ['patches-file' => 'patches.json'], self::APPLIED));
    }

    public function testWhatAnotherPluginNotedIsLeftToIt(): void
    {
        $shop = $this->shopWithPatch();
        $extra = ['patches' => [Shop::TOOL => ['Fix' => 'patches/fix.patch']]];
        self::assertSame($extra, $this->declared($shop, $extra, ['patches/fix.patch' => 'Fix, md5:0123456789abcdef0123456789abcdef']));
        self::assertSame($extra, $this->declared($shop, $extra, []));
    }

    public function testTheLockNamesTheReleaseAtHand(): void
    {
        $shop = $this->shop();
        PatchedManifest::lock($shop->path('composer.lock'), '/some/release', 'abc');
        $lock = (string) file_get_contents($shop->path('composer.lock'));
        self::assertStringContainsString('"dist":{"type":"path","url":"/some/release","reference":"abc"}', $lock);
        self::assertSame(1, substr_count($lock, '"dist"'));
    }

    private function shopWithPatch(): Shop
    {
        $shop = $this->shop();
        $this->put($shop->path('patches/fix.patch'), "a patch\n");

        return $shop;
    }

    /**
     * @param array<mixed> $extra
     * @param array<mixed> $applied
     */
    private function declared(Shop $shop, array $extra, array $applied): mixed
    {
        $file = $shop->path('staged.json');
        $this->put($file, ['extra' => $extra === [] ? new \stdClass() : $extra]);
        PatchedManifest::declare($file, $applied, $shop);
        $json = json_decode((string) file_get_contents($file), true);
        self::assertIsArray($json);

        return $json['extra'];
    }
}
