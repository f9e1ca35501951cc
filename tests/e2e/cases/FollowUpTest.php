<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** What is left to the user after an upgrade: told, and by status until it is done where that can be seen. */
final class FollowUpTest extends ShopTestCase
{
    private const COMPILE = 'bin/magento setup:di:compile';
    private const ENABLE = 'bin/magento module:enable Magento_DataMigrationTool';
    private const OPCACHE = 'Reload PHP-FPM if its opcache does not look at timestamps (opcache.validate_timestamps=0).';

    public function testCompiledDi(): void
    {
        $shop = $this->shop('compiled');
        self::assertNotContains(self::COMPILE, $this->checked($shop, 2)['followup'], 'it was compiled from this tool');
        $dry = $this->magento($shop, 'upgrade', '--dry-run', '--format=json')->json()['followup'];
        self::assertContains(self::COMPILE, $dry);

        $told = $this->magento($shop, 'upgrade', '--format=json')->json()['followup'];

        self::assertEqualsCanonicalizing($dry, $told, 'a dry run tells the same');
        self::assertContains(self::OPCACHE, $told);
        self::assertFileDoesNotExist($shop->path('var/.regenerate'), 'Magento would delete what was compiled');
        self::assertSame([self::COMPILE], $this->checked($shop, 2)['followup']);
        self::assertStringContainsString(self::COMPILE, $this->magento($shop, 'status')->stdout);
        $this->compile($shop);
        $status = $this->checked($shop, 0);
        self::assertSame([], $status['followup']);
        self::assertSame([self::OPCACHE], $status['reminders'], 'told, not counted');

        touch($shop->path('generated/metadata/global.php'), time() - 60);
        touch($shop->path('generated/metadata/adminhtml.php'), time() - 60);
        $undone = $this->magento($shop, 'undo', '--format=json');
        $this->assertExit(0, $undone);
        self::assertContains(self::COMPILE, $undone->json()['followup']);
        self::assertContains(self::COMPILE, $this->checked($shop, 2)['followup']);
        $this->compile($shop);
        self::assertSame([], $this->checked($shop, 2)['followup']);
    }

    public function testAModuleThatIsNotEnabledAndGeneratedClasses(): void
    {
        $shop = $this->shop('module-disabled');

        $told = $this->magento($shop, 'upgrade', '--format=json')->json()['followup'];

        self::assertSame([self::ENABLE, 'bin/magento setup:upgrade'], $told);
        self::assertFileExists($shop->path('var/.regenerate'), 'Magento removes what it generated from the old tool');
        self::assertSame($told, $this->checked($shop, 2)['followup']);
        $shop->put('app/etc/config.php', "<?php\nreturn ['modules' => ['Magento_DataMigrationTool' => 1]];\n");
        self::assertSame([], $this->checked($shop, 0)['followup']);
        unlink($shop->path('var/.regenerate'));
        self::assertSame(['rm -r generated/code/Migration'], $this->checked($shop, 2)['followup'], 'removed by somebody, but the classes stayed');
        rename($shop->path('generated/code/Migration'), $shop->path('generated/code/Other'));
        self::assertSame([], $this->checked($shop, 0)['followup']);
        $shop->put('app/etc/config.php', "<?php\nthrow new \\Exception('no configuration');\n");
        $lockstep = $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, 'status', '--format=json');
        self::assertContains(self::ENABLE, $lockstep->json()['followup']);
    }

    public function testGeneratedClassesThatAnOptimizedClassMapNamesStay(): void
    {
        $shop = $this->shop();
        $json = json_decode($shop->get('composer.json'));
        $json->autoload ??= new \stdClass();
        $json->autoload->{'psr-0'} = ['' => ['app/code/', 'generated/code/']];
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        mkdir($shop->path('generated/code/Migration/Config'), 0755, true);
        $shop->put('generated/code/Migration/Config/Proxy.php', "<?php\nnamespace Migration\\Config;\nclass Proxy\n{\n}\n");
        touch($shop->path('generated/code/Migration'), time() - 3600);
        $this->assertExit(0, Program::run(['composer', 'dump-autoload', '--no-interaction', '--no-scripts', '--optimize'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));

        $upgraded = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $upgraded);
        self::assertStringContainsString("'/generated/code/Migration/Config/Proxy.php'", $shop->get('vendor/composer/autoload_classmap.php'));
        self::assertFileDoesNotExist($shop->path('var/.regenerate'), 'Magento would remove the files, and fail on their names in the class map');
        $remove = 'rm -r generated/code/Migration && composer dump-autoload --optimize';
        self::assertSame(['bin/magento cache:clean config', $remove], $upgraded->json()['followup']);
        self::assertSame([$remove], $this->checked($shop, 2)['followup']);
    }

    public function testACacheThatIsNotOfFiles(): void
    {
        $shop = $this->shop();
        $shop->put('app/etc/env.php', str_replace("'backend' =>", "'cache' => ['frontend' => ['default' => ['backend' => 'Cm_Cache_Backend_Redis']]], 'backend' =>", $shop->get('app/etc/env.php')));
        $told = $this->magento($shop, 'upgrade', '--format=json')->json()['followup'];
        self::assertSame(['bin/magento cache:clean config'], $told);
        $status = $this->checked($shop, 0);
        self::assertSame([[], $told], [$status['followup'], $status['reminders']]);
        self::assertFileDoesNotExist($shop->path('var/.regenerate'), 'nothing was generated');
    }

    public function testScriptsAreToldOnce(): void
    {
        $shop = $this->shop('scripts');
        $told = $this->magento($shop, 'upgrade', '--format=json')->json()['followup'];
        self::assertContains('composer run-script post-update-cmd', $told);
        $status = $this->checked($shop, 0);
        self::assertSame([], $status['followup'], 'nobody can see whether they ran');
        self::assertContains('composer run-script post-update-cmd', $status['reminders']);
        self::assertStringContainsString('composer run-script post-update-cmd', $this->magento($shop, 'status')->stdout);

        $shop = $this->shop('scripts');
        $told = $this->magento($shop, 'upgrade', '--run-scripts', '--format=json')->json()['followup'];
        self::assertNotContains('composer run-script post-update-cmd', $told);
        self::assertSame([], $this->checked($shop, 0)['reminders']);
    }

    public function testTheVersionThatMagentoRemembers(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        mkdir($shop->path('var/cache/mage--1'), 0755, true);
        $file = sprintf('var/cache/mage--1/mage---%s_MAGE_VERSION', substr(md5($shop->path('app/etc/')), 0, 3));
        $metadata = "a:4:{s:4:\"hash\";s:0:\"\";s:5:\"mtime\";i:1795548820;s:6:\"expire\";i:9999999999;s:4:\"tags\";s:10:\"7d3_CONFIG\";}\n";
        $shop->put($file, $metadata . '2.4.6');
        self::assertSame([], $this->checked($shop, 0)['followup']);
        $shop->put($file, $metadata . '2.4.5-p2');
        self::assertSame(['bin/magento cache:clean config'], $this->checked($shop, 2)['followup']);
        $shop->put(dirname($file) . '/mage---abc_MAGE_VERSION', $metadata . '2.4.6');
        $env = $shop->get('app/etc/env.php');
        $shop->put('app/etc/env.php', str_replace("'backend' =>", "'cache' => ['frontend' => ['default' => ['id_prefix' => 'abc_']]], 'backend' =>", $env));
        self::assertSame([], $this->checked($shop, 0)['followup'], 'the prefix in use');
        $shop->put('app/etc/env.php', str_replace("'backend' =>", "'cache' => ['frontend' => ['default' => ['backend' => 'Magento\\\\Framework\\\\Cache\\\\Backend\\\\Redis']]], 'backend' =>", $env));
        self::assertSame([], $this->checked($shop, 0)['followup'], 'the files are not the cache in use');
    }

    public function testAMissingFileOfComposer(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        foreach (['composer.lock' => 'Put composer.lock back', 'vendor/composer/installed.json' => 'composer install'] as $file => $told) {
            rename($shop->path($file), $shop->path('var/away'));
            $this->assertExit(0, $this->magento($shop, 'status'));
            $followup = $this->checked($shop, 2)['followup'];
            self::assertCount(1, $followup);
            self::assertStringContainsString($told, $followup[0]);
            self::assertStringContainsString($told, $this->magento($shop, 'status')->stdout);
            rename($shop->path('var/away'), $shop->path($file));
        }
        $this->checked($shop, 0);
    }

    public function testTheToolAloneWasRestored(): void
    {
        $shop = $this->shop();
        $tool = Snapshot::of($shop->path(Site::TOOL));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->checked($shop, 0);
        $restored = $this->magento($shop, 'backup:restore', basename((glob($shop->path('var/lockstep/backups/*')) ?: [''])[0]), '--tool');
        $this->assertExit(0, $restored);
        self::assertStringContainsString('migration:tool:upgrade 2.4.5', $restored->stderr);
        self::assertStringContainsString('migration:tool:upgrade 2.4.5', $this->checked($shop, 2)['followup'][0]);
        self::assertStringContainsString('migration:tool:upgrade 2.4.5', $this->magento($shop, 'upgrade', '--format=json')->json()['followup'][0]);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.5'));

        self::assertSame([], $tool->differences(Snapshot::of($shop->path(Site::TOOL))));
        self::assertSame([], $this->magento($shop, 'status', '--format=json')->json()['followup']);
    }

    private function compile(Site $shop): void
    {
        foreach (['global', 'adminhtml'] as $area) {
            unlink($shop->path("generated/metadata/$area.php"));
            $shop->put("generated/metadata/$area.php", "<?php return [];\n");
        }
    }

    /** @return array<string, mixed> */
    private function checked(Site $shop, int $check): array
    {
        $result = $this->magento($shop, 'status', '--check', '--format=json');
        $this->assertExit($check, $result);

        return $result->json();
    }
}
