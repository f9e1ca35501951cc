<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** The sample shop itself is what the other tests take it for. */
final class SiteTest extends ShopTestCase
{
    public function testItBootsAndFindsCommandsAsMagentoDoes(): void
    {
        $shop = $this->shop();
        $list = Program::run([PHP_BINARY, 'bin/magento', 'list'], $shop->root, $this->environment());
        $this->assertExit(0, $list);
        self::assertStringContainsString('Magento CLI 2.4.6', $list->stdout);
        foreach (['migrate:settings', 'migrate:data', 'migrate:delta', 'migration:tool:upgrade', 'migration:tool:status', 'migration:tool:recover'] as $command) {
            self::assertStringContainsString($command, $list->stdout);
        }
        self::assertSame('', $list->stderr);
        $this->assertExit(0, Program::run([PHP_BINARY, 'bin/magento', 'migrate:data', Site::CONFIG], $shop->root, $this->environment()));
        self::assertSame(['2.4.5'], array_values(array_unique($shop->toolVersions())));
    }

    public function testEveryReleaseIsSound(): void
    {
        $shop = $this->shop();
        $packages = json_decode((string)file_get_contents(dirname($shop->root) . '/repository-default/packages.json'), true)['packages'];
        self::assertSame(['2.4.4', '2.4.5', '2.4.6', '2.4.6.1'], array_keys($packages['magento/data-migration-tool']));
        $checked = 0;
        foreach ($packages['magento/data-migration-tool'] as $version => $package) {
            $release = Site::directory("release-$version");
            $zip = new \ZipArchive();
            self::assertTrue($zip->open(substr($package['dist']['url'], strlen('file://'))));
            $zip->extractTo($release);
            foreach (glob("$release/etc/*/{,*/}*.xml.dist", GLOB_BRACE) ?: [] as $file) {
                $document = new \DOMDocument();
                self::assertTrue($document->load($file), $file);
                $schema = sprintf('%s/etc/%s.xsd', $release, basename($file, '.xml.dist'));
                if (is_file($schema)) {
                    self::assertTrue($document->schemaValidate($schema), $file);
                }
                self::assertStringNotContainsString('@@', (string)file_get_contents($file));
                $checked++;
            }
            foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator("$release/src", \FilesystemIterator::SKIP_DOTS)) as $file) {
                self::assertNotEmpty(token_get_all((string)file_get_contents((string)$file), TOKEN_PARSE));
                self::assertStringNotContainsString('__', str_replace(['__construct', '__DIR__'], '', (string)file_get_contents((string)$file)));
            }
        }
        self::assertGreaterThan(150, $checked);
    }
}
