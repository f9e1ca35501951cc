<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\CommitOrder;
use Lockstep\MigrationTool\Upgrade\Delta;
use Lockstep\MigrationTool\Upgrade\Run;
use PHPUnit\Framework\Attributes\RequiresPhpExtension;
use PHPUnit\Framework\TestCase;

#[RequiresPhpExtension('lockstep')]
final class CommitOrderTest extends TestCase
{
    use SmallShop;

    private const TOOL = 'vendor/magento/data-migration-tool';

    public function testThePackageGoesFirstWhenItHasWhatTheOldAutoloaderIncludes(): void
    {
        $order = CommitOrder::of($this->staged(['registration.php'], ['registration.php', 'cli_commands.php'], ['registration.php'], ['registration.php', 'cli_commands.php']));
        self::assertSame([self::TOOL, 'vendor/composer/platform_check.php', 'vendor/composer/autoload_files.php', 'vendor/composer/autoload_static.php', 'vendor/composer/installed.json', 'vendor/composer/old.php', 'composer.json', 'composer.lock'], $order);
    }

    public function testTheAutoloaderGoesFirstWhenTheNewPackageLacksAnIncludedFile(): void
    {
        $order = CommitOrder::of($this->staged(['registration.php', 'gone.php'], ['registration.php'], ['registration.php', 'gone.php'], ['registration.php']));
        self::assertGreaterThan(array_search('vendor/composer/autoload_static.php', $order, true), array_search(self::TOOL, $order, true));
    }

    public function testNeitherOrderIsRefused(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('neither order');
        CommitOrder::of($this->staged(['old.php'], ['new.php'], ['old.php'], ['new.php']));
    }

    public function testAPackageInANewDirectoryComesWithIt(): void
    {
        $run = $this->staged([], [], [], ['x.php']);
        $helper = ['name' => 'acme/helper', 'version' => '1.0.0', 'type' => 'library', 'install-path' => '../acme/helper'];
        $file = $run->stage()->path('vendor/composer/installed.json');
        /** @var array{packages: list<mixed>} $json */
        $json = json_decode((string) file_get_contents($file), true);
        $this->put($file, ['packages' => [...$json['packages'], $helper], 'dev' => true]);
        $this->put($run->stage()->path('vendor/acme/helper/H.php'), '<?php');
        $run->delta = Delta::of($run->shop, $run->stage());
        $order = CommitOrder::of($run);
        self::assertContains('vendor/acme', $order);
        self::assertNotContains('vendor/acme/helper', $order);
    }

    /**
     * @param list<string> $oldIncludes
     * @param list<string> $newIncludes
     * @param list<string> $oldFiles
     * @param list<string> $newFiles
     */
    private function staged(array $oldIncludes, array $newIncludes, array $oldFiles, array $newFiles): Run
    {
        $shop = $this->shop();
        $run = $this->upgrade($shop);
        $this->side($shop->root, '2.4.5', $oldIncludes, $oldFiles);
        $this->put($shop->path('vendor/composer/old.php'), 'old');
        $this->side($run->stage()->composer->project, '2.4.6.1', $newIncludes, $newFiles);
        $this->put($run->stage()->path('vendor/composer/platform_check.php'), 'new');
        $this->put($run->stage()->path('composer.json'), '{"require":{"magento/data-migration-tool":"2.4.6.1"}}');
        $this->put($run->stage()->path('composer.lock'), (string) file_get_contents($shop->path('composer.lock')) . ' ');
        copy($shop->path('vendor/autoload.php'), $run->stage()->path('vendor/autoload.php'));
        foreach (['app/etc/env.php', 'bin/magento'] as $file) {
            $this->put($run->stage()->path($file), (string) file_get_contents($shop->path($file)));
        }
        $run->delta = Delta::of($shop, $run->stage());

        return $run;
    }

    /**
     * @param list<string> $includes
     * @param list<string> $files
     */
    private function side(string $root, string $version, array $includes, array $files): void
    {
        $list = '';
        foreach ($includes as $index => $file) {
            $list .= sprintf("    'id%d' => \$vendorDir . '/magento/data-migration-tool/%s',\n", $index, $file);
        }
        $this->put($root . '/vendor/composer/autoload_files.php', "<?php\n\$vendorDir = dirname(__DIR__);\nreturn array(\n$list);\n");
        $this->put($root . '/vendor/composer/autoload_static.php', "<?php // $version");
        $this->put($root . '/vendor/composer/installed.json', ['packages' => [['name' => Shop::TOOL, 'version' => $version, 'type' => 'library', 'install-path' => '../magento/data-migration-tool'], ['name' => 'magento/product-community-edition', 'version' => '2.4.6', 'type' => 'metapackage']], 'dev' => true]);
        foreach ($files as $file) {
            $this->put($root . '/' . self::TOOL . '/' . $file, '<?php');
        }
    }
}
