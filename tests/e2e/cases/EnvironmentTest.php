<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Shops and environments that are not the plain one. */
final class EnvironmentTest extends ShopTestCase
{
    public function testANoDevShopGetsNoDevelopmentPackages(): void
    {
        $shop = $this->shop('no-dev');
        self::assertFileDoesNotExist($shop->path('vendor/lockstep-fixture'));

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        self::assertFileDoesNotExist($shop->path('vendor/lockstep-fixture'));
        self::assertFalse(json_decode($shop->get('vendor/composer/installed.json'), true)['dev']);
        self::assertSame('lockstep-fixture/dev-tool', json_decode($shop->get('composer.lock'), true)['packages-dev'][0]['name']);
    }

    public function testTheModesOfAGroupReadableTreeSurviveUmask077(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['sh', '-c', 'chmod -R u=rwX,g=rX,o= . && find . -type d -exec chmod g+s {} +'], $shop->root, $this->environment()));

        $this->assertExit(0, Program::run(['sh', '-c', 'umask 077; exec "$@"', 'sh', ...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:upgrade', '-n'], $shop->root, $this->environment()));

        $this->assertUpgraded($shop);
        foreach (['composer.json', 'composer.lock', 'vendor/autoload.php', 'vendor/composer/installed.json', 'vendor/composer/autoload_files.php', Site::CONFIG, Site::TOOL . '/src/Migration/Handler/Inventory.php', Site::TOOL . '/registration.php'] as $file) {
            self::assertSame('640', sprintf('%o', fileperms($shop->path($file)) & 07777), $file);
        }
        foreach (['vendor', 'vendor/composer', Site::TOOL, Site::TOOL . '/src/Migration/Handler', Site::EDITION] as $directory) {
            self::assertSame('2750', sprintf('%o', fileperms($shop->path($directory)) & 07777), $directory);
        }
    }

    public function testRunsWithoutHome(): void
    {
        $shop = $this->shop();
        $environment = $this->environment();
        unset($environment['HOME']);

        $this->assertExit(0, $this->inShop($shop, $environment, 'upgrade'));

        $this->assertUpgraded($shop);
    }

    public function testHostileComposerVariablesAreNotHeard(): void
    {
        $shop = $this->shop();
        $trap = Site::directory('trap');
        file_put_contents("$trap/composer.json", '{}');
        $environment = $this->environment([
            'COMPOSER' => "$trap/composer.json",
            'COMPOSER_VENDOR_DIR' => "$trap/vendor",
            'COMPOSER_BIN_DIR' => "$trap/bin",
            'COMPOSER_ROOT_VERSION' => '9.9.9',
            'COMPOSER_NO_DEV' => '1',
            'COMPOSER_PREFER_LOWEST' => '1',
            'COMPOSER_IGNORE_PLATFORM_REQS' => '1',
        ]);
        $this->assertExit(0, $this->inShop($shop, $environment, 'upgrade'));

        $this->assertUpgraded($shop);
        self::assertSame(['composer.json'], array_values(array_diff(scandir($trap) ?: [], ['.', '..'])));
        self::assertSame('{}', file_get_contents("$trap/composer.json"));
        self::assertFileExists($shop->path('vendor/lockstep-fixture/dev-tool'), 'development packages stay');
    }

    public function testTheToolInTheDevelopmentSectionStaysThere(): void
    {
        $shop = $this->shop();
        $json = json_decode($shop->get('composer.json'), true);
        $json['require-dev']['magento/data-migration-tool'] = '2.4.5';
        unset($json['require']['magento/data-migration-tool']);
        $json['config']['allow-plugins'] = (object)[];
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        $update = ['composer', 'update', '--lock', '--no-install', '--no-interaction', '--no-progress', '--no-audit'];
        $this->assertExit(0, Program::run($update, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $json = json_decode($shop->get('composer.json'), true);
        self::assertSame('2.4.6.1', $json['require-dev']['magento/data-migration-tool']);
        self::assertArrayNotHasKey('magento/data-migration-tool', $json['require']);
    }

    public function testRootDoesNotWorkOnTheTreeOfAnotherUser(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a tree away');
        }
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['chown', '-R', 'nobody', $shop->root], '/', $this->environment()));
        $before = $shop->snapshot();

        foreach (['upgrade', 'backup'] as $command) {
            $result = $this->magento($shop, $command);
            $this->assertExit(4, $result);
            self::assertMatchesRegularExpression('/sudo -u .?nobody/', $result->stderr, 'the exact command is told');
        }
        $this->assertUnchanged($before, $shop);
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/backups'));

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--allow-root'));
        $this->assertUpgraded($shop);
        foreach ([Site::CONFIG, Site::TOOL, Site::TOOL . '/src/Migration/Handler/Inventory.php', 'composer.json', 'composer.lock', 'vendor/composer/installed.json', 'vendor/autoload.php'] as $file) {
            self::assertSame(fileowner($shop->root), fileowner($shop->path($file)), "$file still belongs to the owner");
        }
    }

    public function testTwoRunsExcludeEachOther(): void
    {
        $shop = $this->shop();
        $hold = [...self::php(), '-r', '$lock = \Lockstep\Lock::acquire($argv[1]); touch($argv[2]); sleep(30);', $shop->root, "$shop->root/var/held"];
        $holder = proc_open($hold, [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes);
        self::assertIsResource($holder);
        for ($i = 0; $i < 100 && !is_file("$shop->root/var/held"); $i++) {
            usleep(50_000);
        }
        $before = $shop->snapshot();
        try {
            $this->assertExit(7, $this->magento($shop, 'upgrade'));
            $this->assertUnchanged($before, $shop);
            self::assertNotSame(7, $this->magento($shop, 'status')->exit, 'reading needs no lock');
        } finally {
            proc_terminate($holder, SIGKILL);
            proc_close($holder);
        }
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
    }
}
