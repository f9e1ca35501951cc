<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

/** A shop of a few files in a temporary directory: enough for what needs no Composer. */
final class SmallShop
{
    public const TOOL = 'vendor/magento/data-migration-tool';

    public static function make(string $root): void
    {
        $packages = [
            ['name' => 'magento/data-migration-tool', 'version' => '2.4.5', 'type' => 'magento2-module'],
            ['name' => 'magento/product-community-edition', 'version' => '2.4.6', 'type' => 'metapackage'],
        ];
        $installed = [['install-path' => '../magento/data-migration-tool'] + $packages[0], ['install-path' => null] + $packages[1]];
        $files = [
            'composer.json' => json_encode(['require' => ['magento/data-migration-tool' => '2.4.5']], JSON_THROW_ON_ERROR),
            'composer.lock' => json_encode(['packages' => $packages, 'packages-dev' => []], JSON_THROW_ON_ERROR),
            'vendor/composer/installed.json' => json_encode(['packages' => $installed, 'dev' => true, 'dev-package-names' => []], JSON_THROW_ON_ERROR),
            'bin/magento' => "<?php\n",
            'app/etc/env.php' => "<?php return ['crypt' => ['key' => 'secret']];\n",
            'pub/index.php' => "<?php\n",
            'pub/media/picture.jpg' => 'picture',
            'var/log/system.log' => 'log',
            self::TOOL . '/composer.json' => '{"name": "magento/data-migration-tool", "version": "2.4.5"}',
            self::TOOL . '/etc/map.xml' => "<map/>\n",
        ];
        foreach ($files as $path => $contents) {
            if (!is_dir(dirname("$root/$path"))) {
                mkdir(dirname("$root/$path"), 0755, true);
            }
            file_put_contents("$root/$path", $contents);
        }
    }
}
