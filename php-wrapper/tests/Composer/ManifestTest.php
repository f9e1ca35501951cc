<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class ManifestTest extends TestCase
{
    use TemporaryDirectory;

    public function testContentHashIsComposersOwn(): void
    {
        // made by Composer 2.5.5: "composer update --lock" of this composer.json
        $manifest = $this->manifest('{"name": "a/b", "description": "not hashed", "require": {"psr/log": "*"}, "repositories": [{"type": "package", "package": {"name": "psr/log", "version": "1.0.0", "type": "metapackage"}}, {"packagist.org": false}], "config": {"platform": {"php": "8.2.1"}, "sort-packages": true}, "extra": {"x": "ä/ö"}}');
        self::assertSame('d49bcc13d56fe8ceefbf246a2c2038c3', $manifest->contentHash());
    }

    public function testRepositoriesAreASet(): void
    {
        $list = $this->manifest('{"repositories": [{"type": "composer", "url": "https://repo.magento.com/"}, {"packagist.org": false}]}')->repositories()->set();
        $object = $this->manifest('{"repositories": {"packagist.org": false, "0": {"url": "https://repo.magento.com/", "type": "composer"}}}')->repositories()->set();
        self::assertSame($list, $object);
        self::assertNotSame($list, $this->manifest('{"repositories": [{"type": "composer", "url": "https://evil.example/"}]}')->repositories()->set());
    }

    public function testLightManifestAsksTheSameRepositoriesAndRequiresNothing(): void
    {
        $light = $this->manifest('{"require": {"x/y": "*"}, "scripts": {"post-update-cmd": "false"}, "repositories": [{"type": "artifact", "url": "packages"}, {"type": "composer", "url": "https://repo.magento.com/"}], "config": {"vendor-dir": "lib/vendor", "allow-plugins": true, "platform": {"php": "8.1.0"}}}')->light();
        self::assertSame([['type' => 'artifact', 'url' => $this->temporaryDirectory() . '/packages'], ['type' => 'composer', 'url' => 'https://repo.magento.com/', 'options' => ['http' => ['timeout' => 60]]]], $light['repositories']);
        self::assertSame(['allow-plugins' => false, 'platform' => ['php' => '8.1.0']], $light['config']);
        self::assertArrayNotHasKey('require', $light);
        self::assertArrayNotHasKey('scripts', $light);
    }

    public function testPathsThatLeadOutOfTheRoot(): void
    {
        $manifest = $this->manifest('{"repositories": [{"type": "path", "url": "../packages/*"}, {"type": "path", "url": "./../../other"}, {"type": "path", "url": "inside/*"}, {"type": "composer", "url": "https://x.example"}]}');
        self::assertSame(['../packages/*', '../../other'], $manifest->repositories()->pathsAbove());
    }

    public function testBinDirectory(): void
    {
        self::assertSame('vendor/bin', $this->manifest('{}')->binDirectory());
        self::assertSame('vendor/programs', $this->manifest('{"config": {"bin-dir": "{$vendor-dir}/programs/"}}')->binDirectory());
        $this->expectException(Failure::class);
        $this->manifest('{"config": {"bin-dir": "../bin"}}')->binDirectory();
    }

    public function testScriptsThatARequireWouldRun(): void
    {
        self::assertSame(['post-update-cmd'], $this->manifest('{"scripts": {"test": "phpunit", "post-update-cmd": ["bin/magento setup:upgrade"], "post-install-cmd": "x", "pre-update-cmd": []}}')->scripts());
    }

    public function testBrokenJsonIsNamed(): void
    {
        $this->expectException(Failure::class);
        $this->expectExceptionMessage('composer.json');
        $this->manifest('{"require": ');
    }

    public function testWithoutOptimizingKeepsEverythingElse(): void
    {
        $text = Manifest::withoutOptimizing('{"config": {"optimize-autoloader": true, "classmap-authoritative": true, "sort-packages": true}, "extra": {}}');
        self::assertEquals(json_decode('{"config": {"sort-packages": true}, "extra": {}}'), json_decode($text));
    }

    private function manifest(string $json): Manifest
    {
        file_put_contents($this->temporaryDirectory() . '/composer.json', $json);

        return Manifest::read($this->temporaryDirectory());
    }
}
