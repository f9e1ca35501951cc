<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Customizations;

use Lockstep\MigrationTool\Customizations\Base;
use Lockstep\MigrationTool\Customizations\Item;
use Lockstep\MigrationTool\Customizations\SavedStore;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Pristine\InstalledTool;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
final class SavedStoreTest extends TestCase
{
    use SmallShop;

    /** Names are bytes, links may dangle, a file may have become a directory. */
    public function testWhatWasSavedComesBackAsItWas(): void
    {
        $shop = $this->shop();
        $tool = $shop->path('tool');
        mkdir($tool . '/etc/a', 0755, true);
        file_put_contents($tool . "/etc/a/50%25 caf\xe9.xml", "<a/>\r\n");
        chmod($tool . "/etc/a/50%25 caf\xe9.xml", 0640);
        symlink("nowhere\xff%", $tool . '/etc/link');
        mkdir($tool . '/was-a-file');
        file_put_contents($tool . '/x.xml', 'as released');
        $items = array_map(static fn (array $found): Item => Item::of($tool, $found), [
            ['path' => "etc/a/50%25 caf\xe9.xml", 'kind' => 'added', 'dist' => null, 'unedited' => false],
            ['path' => 'etc/link', 'kind' => 'added', 'dist' => null, 'unedited' => false],
            ['path' => 'gone.txt', 'kind' => 'deleted', 'dist' => null, 'unedited' => false],
            ['path' => 'was-a-file', 'kind' => 'type', 'dist' => null, 'unedited' => false],
            ['path' => 'x.xml', 'kind' => 'added', 'dist' => 'x.xml.dist', 'unedited' => true],
        ]);
        $store = new SavedStore($shop);
        $store->add($tool, self::base(), 'a stamp', $items);

        $saved = $store->last();
        self::assertNotNull($saved);
        self::assertEquals($items, $saved->items);
        self::assertTrue($saved->isSame(self::base(), $items));
        self::assertFileDoesNotExist($saved->directory . '/files/x.xml', 'the release has its bytes');

        $release = $shop->path('release');
        mkdir($release);
        foreach (['gone.txt' => 'released', 'was-a-file' => 'released', 'x.xml.dist' => 'as released'] as $path => $text) {
            file_put_contents($release . '/' . $path, $text);
        }
        $saved->into($release);
        foreach ($items as $item) {
            self::assertTrue($item->isIn($release), $item->path);
        }
        self::assertSame(0640, fileperms($release . "/etc/a/50%25 caf\xe9.xml") & 0777);
    }

    public function testWhatWasDamagedSinceIsRefused(): void
    {
        $shop = $this->shop();
        $tool = $shop->path('tool');
        mkdir($tool);
        file_put_contents($tool . '/map.xml', '<map/>');
        $saved = (new SavedStore($shop))->add($tool, self::base(), null, [Item::of($tool, ['path' => 'map.xml', 'kind' => 'added', 'dist' => null, 'unedited' => false])]);
        file_put_contents($saved->directory . '/files/map.xml', '<MAP/>');
        mkdir($shop->path('release'));
        $this->expectException(Failure::class);
        $saved->into($shop->path('release'));
    }

    public function testOldOnesGoAndLostOnesStay(): void
    {
        $shop = $this->shop();
        $tool = $shop->path('tool');
        mkdir($tool);
        $store = new SavedStore($shop);
        $first = $store->add($tool, self::base(), null, [])->id;
        $second = $store->add($tool, self::base(), null, [])->id;
        $store->setLost([$second]);
        for ($count = 0; $count < 31; $count++) {
            $store->add($tool, self::base(), null, []);
        }
        $ids = array_column($store->all(), 'id');
        self::assertNotContains($first, $ids);
        self::assertContains($second, $ids);
        self::assertLessThanOrEqual(31, count($ids));
    }

    #[DataProvider('strangers')]
    public function testAPathThatLeadsOutOfTheToolIsNoItem(string $path): void
    {
        self::assertNull(Item::read(['path' => $path, 'kind' => 'added', 'type' => 'file', 'mode' => '0644']));
    }

    /** @return array<string, array{string}> */
    public static function strangers(): array
    {
        return ['above' => ['../x'], 'absolute' => ['/etc/passwd'], 'encoded' => ['etc/%2e%2e/x'], 'itself' => ['.'], 'empty' => ['']];
    }

    private static function base(): Base
    {
        return new Base(InstalledTool::ofVersion('2.4.5'), '', []);
    }
}
