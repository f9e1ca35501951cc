<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\StagePlan;
use Lockstep\Tree;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
final class StageTest extends TestCase
{
    use SmallShop;

    public function testThePlanCopiesWhatComposerWritesAndNoSecret(): void
    {
        $plugin = ['name' => 'some/plugin', 'version' => '1.0.0', 'type' => 'composer-plugin', 'install-path' => '../some/plugin'];
        $shop = $this->shop([$plugin, ['name' => 'other/library', 'version' => '1.0.0', 'type' => 'library', 'install-path' => '../other/library']]);
        $this->put($shop->path('vendor/some/plugin/Plugin.php'), '<?php');
        $this->put($shop->path('vendor/other/library/L.php'), '<?php');
        $this->put($shop->path('auth.json'), '{}');
        $stage = $this->upgrade($shop)->stage();
        Tree::mirror($shop->root, $stage->composer->project, StagePlan::of($shop, 'vendor/bin', false));
        foreach (['vendor/composer/installed.json', 'vendor/autoload.php', 'vendor/some/plugin/Plugin.php', 'composer.json', 'composer.lock', 'bin/magento'] as $copy) {
            self::assertFileExists($stage->path($copy));
            self::assertSame($stage->path($copy), realpath($stage->path($copy)), $copy);
        }
        foreach (['app/etc/env.php', 'auth.json', 'vendor/other'] as $link) {
            self::assertTrue(is_link($stage->path($link)), $link);
        }
        self::assertSame([], array_diff(scandir($stage->path('vendor/magento/data-migration-tool')) ?: [], ['.', '..']));
        self::assertSame([], array_diff(scandir($stage->path('var')) ?: [], ['.', '..']));
        self::assertSame(0700, fileperms($stage->composer->top) & 07777);
    }

    public function testWhenOthersMayChangeEachPackageIsALinkOfItsOwn(): void
    {
        $shop = $this->shop();
        $this->put($shop->path('vendor/other/library/L.php'), '<?php');
        $stage = $this->upgrade($shop)->stage();
        Tree::mirror($shop->root, $stage->composer->project, StagePlan::of($shop, 'vendor/bin', true));
        self::assertFalse(is_link($stage->path('vendor/other')));
        self::assertTrue(is_link($stage->path('vendor/other/library')));
    }

    public function testRepositoriesAboveTheRootAreFoundFromTheStageToo(): void
    {
        $shop = $this->shop();
        $this->put($this->temporaryDirectory() . '/packages/a/composer.json', '{"name": "a/a"}');
        $this->put($shop->path('composer.json'), ['repositories' => [['type' => 'path', 'url' => '../packages/*']]]);
        $stage = $this->upgrade($shop)->stage();
        self::assertSame($this->temporaryDirectory() . '/packages/a/composer.json', realpath($stage->composer->project . '/../packages/a/composer.json'));
    }
}
