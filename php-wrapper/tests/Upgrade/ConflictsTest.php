<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
final class ConflictsTest extends TestCase
{
    use SmallShop;

    private const MARKED = "a\n<<<<<<< mine\nb\n=======\nc\n>>>>>>> theirs\n";
    private const LEFT = 'conflicts/20260101T000000Z-aaaaaa';

    public function testWithoutAnEarlierRunThereIsNothingToTake(): void
    {
        self::assertNull(Conflicts::of($this->upgrade($this->shop()))->resolutions());
    }

    public function testWhatHasNoMarkersLeftIsTakenWithItsSides(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', "resolved\n");
        $directory = (string) Conflicts::of($this->upgrade($shop))->resolutions();
        self::assertSame("resolved\n", file_get_contents($directory . '/map.xml'));
        self::assertFileExists($directory . '/map.xml.mine');
    }

    public function testSidesThatAreLinksOrHaveATildeGoWithTheResolution(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', "resolved\n");
        $left = $shop->state(self::LEFT);
        symlink('elsewhere', $left . '/map.xml.mine~');
        unlink($left . '/map.xml.theirs');
        symlink('nowhere', $left . '/map.xml.theirs');
        $directory = (string) Conflicts::of($this->upgrade($shop))->resolutions();
        self::assertSame('elsewhere', readlink($directory . '/map.xml.mine~'));
        self::assertSame('nowhere', readlink($directory . '/map.xml.theirs'));
        self::assertSame(['map.xml', 'map.xml.base', 'map.xml.mine', 'map.xml.mine~', 'map.xml.theirs'], array_values(array_diff((array) scandir($directory), ['.', '..'])));
    }

    public function testWhatIsNotWantedAndWhatIsALinkGoWithTheirSidesToo(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', "resolved\n");
        $left = $shop->state(self::LEFT);
        rename($left . '/map.xml', $left . '/map.xml.delete');
        symlink('elsewhere', $left . '/link');
        file_put_contents($left . '/link.theirs', "theirs\n");
        $directory = (string) Conflicts::of($this->upgrade($shop))->resolutions();
        self::assertSame(['link', 'link.theirs', 'map.xml.base', 'map.xml.delete', 'map.xml.mine', 'map.xml.theirs'], array_values(array_diff((array) scandir($directory), ['.', '..'])));
        self::assertSame('elsewhere', readlink($directory . '/link'));
    }

    public function testTheNextMergeOfTheSameRunTakesWhatWasDecidedInThisOne(): void
    {
        $shop = $this->shop();
        $conflicts = Conflicts::of($this->upgrade($shop));
        $items = [['path' => 'map.xml', 'outcome' => 'conflict', 'reason' => 'both'], ['path' => 'map.xml.mine', 'outcome' => 'conflict', 'reason' => null], ['path' => 'a', 'outcome' => 'merged', 'reason' => null]];
        foreach (['map.xml' => self::MARKED, 'map.xml.mine~' => "mine\n", 'map.xml.theirs' => "theirs\n", 'map.xml.mine' => self::MARKED, 'map.xml.mine.theirs' => "other\n"] as $path => $contents) {
            file_put_contents($conflicts->directory() . '/' . $path, $contents);
        }
        $conflicts->finish($items, true);
        [$map, $other] = $conflicts->all($items);
        self::assertStringEndsWith('/map.xml.mine~', (string) $map->side('mine'));
        self::assertNull($map->side('base'));
        $map->take('theirs');
        $other->take('mine'); // it has none: it is not wanted
        $again = $conflicts->again();
        $directory = (string) $again->resolutions();
        self::assertSame("theirs\n", file_get_contents($directory . '/map.xml'));
        self::assertFileExists($directory . '/map.xml.mine.delete');
        self::assertNotSame($conflicts->directory(), $again->directory());
    }

    public function testMarkersLeftAreNamed(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', self::MARKED);
        try {
            Conflicts::of($this->upgrade($shop))->resolutions();
            self::fail('Markers were taken for a resolution.');
        } catch (Failure $e) {
            self::assertSame(ExitCode::CONFLICT, $e->exitCode);
            self::assertStringContainsString('map.xml', $e->getMessage());
        }
    }

    public function testMarkersDoNotStopWhoDecidedForAll(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', self::MARKED);
        $directory = (string) Conflicts::of($this->upgrade($shop, new UpgradeOptions(onConflict: 'mine')))->resolutions();
        self::assertFileDoesNotExist($directory . '/map.xml');
    }

    public function testMarkersAboutAnotherFileThanTodaysAreForgotten(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', self::MARKED);
        $this->put($shop->path('vendor/magento/data-migration-tool/map.xml'), "edited again\n");
        self::assertFileDoesNotExist((string) Conflicts::of($this->upgrade($shop))->resolutions() . '/map.xml');
    }

    public function testResolutionsOfAnotherUpgradeAreNotTaken(): void
    {
        $shop = $this->shop();
        $this->left($shop, 'map.xml', "resolved\n", '2.4.6');
        self::assertNull(Conflicts::of($this->upgrade($shop))->resolutions());
    }

    private function left(Shop $shop, string $path, string $contents, string $to = '2.4.6.1'): void
    {
        $directory = $shop->state(self::LEFT);
        $this->put($directory . '/lockstep.json', ['from' => '2.4.5', 'to' => $to]);
        $this->put($directory . '/' . $path, $contents);
        $this->put($shop->path('vendor/magento/data-migration-tool/' . $path), "mine\n");
        foreach (['base', 'mine', 'theirs'] as $side) {
            $this->put("$directory/$path.$side", "$side\n");
        }
    }
}
