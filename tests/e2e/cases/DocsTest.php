<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Symfony\Component\Yaml\Yaml;

/** The recipes of docs/pipelines.md, taken from the page and run. */
final class DocsTest extends ShopTestCase
{
    public function testBeforeAndAfterInAShopThatIsEditedInPlace(): void
    {
        $shop = $this->shop();
        $before = $this->recipe($shop, 'before.sh', '2.4.6');
        $this->assertExit(0, $before);
        self::assertStringContainsString('not in the way', $before->stdout);
        self::assertCount(1, glob($shop->path('var/lockstep/backups/*/code.tar.zst')) ?: []);
        self::assertCount(1, glob($shop->path('var/lockstep/customizations/2*')) ?: []);
        $this->assertExit(4, $this->recipe($shop, 'before.sh', 'next'));
        $this->assertExit(4, $this->recipe($shop, 'before.sh', '2.5.0')); // nobody has that Magento

        $this->assertExit(2, $this->recipe($shop, 'fits.sh'));
        $this->assertExit(0, $this->recipe($shop, 'after.sh'));
        $this->assertUpgraded($shop);
        $this->assertExit(0, $this->recipe($shop, 'fits.sh'));
        $this->assertExit(0, $this->recipe($shop, 'after.sh')); // nothing is done twice
    }

    public function testConflictsStopIt(): void
    {
        $shop = $this->shop('conflict');
        $before = $shop->snapshot();
        $after = $this->recipe($shop, 'after.sh');
        $this->assertExit(3, $after);
        self::assertStringContainsString('resolve the files', $after->stderr);
        $this->assertExit(3, $this->recipe($shop, 'export.sh', Site::directory('export') . '/tool'));
        $this->assertUnchanged($before, $shop);
    }

    /** Composer's own update took the customizations along, and they are brought back. */
    public function testWhatAnotherUpgradeReplaced(): void
    {
        $shop = $this->shop();
        $this->recipe($shop, 'before.sh', '2.4.6');
        $this->assertExit(0, Program::run(['composer', 'require', 'magento/data-migration-tool:2.4.6.1', '--no-interaction', '--no-audit'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        self::assertStringNotContainsString('acme_loyalty', (string)@file_get_contents($shop->path(Site::MAP)));
        $this->assertExit(2, $this->recipe($shop, 'after.sh'));
        $this->assertExit(0, $this->recipe($shop, 'after.sh', '--customizations-from'));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    public function testExportsOfShopsThatAreBuilt(): void
    {
        $upgraded = $this->shop();
        $this->assertExit(0, $this->magento($upgraded, 'upgrade'));
        $shop = $this->shop();
        $export = Site::directory('export') . '/tool';
        $this->assertExit(0, $this->recipe($shop, 'export.sh', $export));
        $this->assertExit(0, Program::run(['diff', '-r', $upgraded->path(Site::TOOL), $shop->path(Site::TOOL)], '/', $this->environment()));
        $this->assertExit(0, $this->recipe($shop, 'fits.sh'));
        $this->assertExit(0, $this->recipe($shop, 'export.sh', "$export-again"));
        self::assertDirectoryDoesNotExist("$export-again");

        $cloud = $this->shop('cloud');
        $this->assertExit(0, $this->recipe($cloud, 'export.sh', "$export-cloud"));
        self::assertCount(1, glob($cloud->path('m2-hotfixes/*.patch')) ?: []);
        $this->assertExit(0, $this->recipe($cloud, 'fits.sh'));
    }

    public function testWhatCannotRunHereIsWellFormed(): void
    {
        $checked = 0;
        foreach ($this->blocks() as $name => [$language, $text]) {
            $scripts = [];
            if ($language === 'yaml') {
                $values = Yaml::parse($text);
                array_walk_recursive($values, static function (mixed $value, int|string $key) use (&$scripts): void {
                    if (in_array($key, ['run', 'build', 'deploy', 'post_deploy'], true)) {
                        $scripts[] = $value;
                    }
                });
                self::assertNotSame([], $scripts, $name);
            } elseif ($language === 'sh') {
                $scripts[] = $text;
            } else {
                file_put_contents($file = Site::directory('docs') . '/file.php', $text);
                $this->assertExit(0, Program::run([PHP_BINARY, '-l', $file], '/', $this->environment()));
            }
            foreach ($scripts as $script) {
                $this->assertExit(0, Program::run(['sh', '-n', '-c', $script], '/', $this->environment()));
            }
            $checked++;
        }
        self::assertSame(['before.sh', 'after.sh', 'export.sh', 'fits.sh', 'deploy.php', '.github/workflows/data-migration-tool.yml', '.magento.app.yaml'], array_keys($this->blocks()));
        self::assertSame(7, $checked);
    }

    /** What Deployer would run, with its placeholders filled, is a command of ours. */
    public function testDeployersCommands(): void
    {
        $shop = $this->shop();
        preg_match_all("/run\\('([^']*)'/", $this->blocks()['deploy.php'][1], $commands);
        self::assertCount(2, $commands[1]);
        foreach ($commands[1] as $command) {
            $command = strtr($command, ['{{deploy_path}}/current' => $shop->root, '{{release_path}}' => $shop->root, '{{deploy_path}}' => Site::directory('deploy'), '{{bin/php}}' => PHP_BINARY]);
            $result = Program::run(['sh', '-c', $command], '/', $this->withExtension());
            $this->assertExit(0, $result);
        }
        self::assertFalse($result->json()['match']);
    }

    /** A script of the page, in the root of the shop. */
    private function recipe(Site $shop, string $name, string ...$arguments): Result
    {
        $script = Site::directory('recipe') . "/$name";
        file_put_contents($script, $this->blocks()[$name][1]);
        chmod($script, 0755);

        return Program::run([$script, ...$arguments], $shop->root, $this->withExtension());
    }

    /** @return array<string, string> PHP finds the extension in its configuration, as on a server */
    private function withExtension(): array
    {
        static $directory = null;
        if ($directory === null) {
            $directory = Site::directory('ini');
            file_put_contents("$directory/lockstep.ini", 'extension=' . self::module() . "\n");
        }

        return $this->environment(['PHP_INI_SCAN_DIR' => ":$directory", 'COMPOSER_ALLOW_SUPERUSER' => '1']);
    }

    /** @return array<string, array{string, string}> name, which stands in a comment on top => language and text */
    private function blocks(): array
    {
        preg_match_all('/^```(sh|php|yaml)\n(.*?)^```$/ms', (string)file_get_contents(Site::project() . '/docs/pipelines.md'), $found, PREG_SET_ORDER);
        $blocks = [];
        foreach ($found as [, $language, $text]) {
            self::assertSame(1, preg_match('~^(?:#|//) ([\w./-]+)~m', $text, $name), $text);
            $blocks[$name[1]] = [$language, $text];
        }

        return $blocks;
    }
}
