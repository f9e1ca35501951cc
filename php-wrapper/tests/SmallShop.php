<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Stage;
use Lockstep\MigrationTool\Upgrade\UpgradeOptions;

/** A shop of a few files with the tool 2.4.5 in it, as Composer would have left it; no Composer is needed. */
trait SmallShop
{
    use TemporaryDirectory;

    /** @param list<array<string, mixed>> $packages further packages */
    protected function shop(array $packages = [], string $toolVersion = '2.4.5'): Shop
    {
        $root = $this->temporaryDirectory() . '/shop';
        $packages = [
            ['name' => 'magento/product-community-edition', 'version' => '2.4.6', 'type' => 'metapackage'],
            ['name' => Shop::TOOL, 'version' => $toolVersion, 'type' => 'library', 'dist' => ['type' => 'zip', 'url' => 'https://repo.example/tool.zip'], 'install-path' => '../magento/data-migration-tool'],
            ...$packages,
        ];
        $this->put($root . '/composer.json', ['require' => [Shop::TOOL => '2.4.5']]);
        $this->put($root . '/composer.lock', ['packages' => $packages, 'packages-dev' => [], 'content-hash' => Manifest::read($root)->contentHash()]);
        $this->put($root . '/vendor/composer/installed.json', ['packages' => $packages, 'dev' => true, 'dev-package-names' => []]);
        $this->put($root . '/vendor/magento/data-migration-tool/composer.json', ['name' => Shop::TOOL, 'version' => $toolVersion]);
        $this->put($root . '/vendor/autoload.php', "<?php return ComposerAutoloaderInitabc::getLoader();\n");
        $this->put($root . '/app/etc/env.php', "<?php return ['secret' => 1];\n");
        $this->put($root . '/bin/magento', "#!/usr/bin/env php\n");

        return new Shop($root, 'vendor');
    }

    protected function upgrade(Shop $shop, ?UpgradeOptions $options = null): Run
    {
        $run = new Run($shop, $options ?? new UpgradeOptions(), new SilentReporter());
        $run->from = '2.4.5';
        $run->to = '2.4.6.1';
        $run->stage = Stage::make($shop, $run->id, Manifest::of($shop));

        return $run;
    }

    /** @param array<mixed>|string $contents */
    protected function put(string $path, array|string $contents): void
    {
        if (!is_dir(dirname($path))) {
            mkdir(dirname($path), 0755, true);
        }
        file_put_contents($path, is_string($contents) ? $contents : json_encode($contents, JSON_THROW_ON_ERROR));
    }
}
