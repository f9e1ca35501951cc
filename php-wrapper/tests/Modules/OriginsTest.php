<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Modules;

use Lockstep\MigrationTool\Modules\Origins;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class OriginsTest extends TestCase
{
    use TemporaryDirectory;

    public function testThePlaceDecidesBetweenTheVersionsOfMagentoOne(): void
    {
        self::assertSame('etc/ce/1.9.4.4/map.xml.dist', $this->origin("<map>\n<one/>\n<acme/>\n</map>\n", 'app/code/Acme/Migration/etc/ce/1.9.4.4/map.xml'));
        self::assertSame('etc/ce/1.9.3.4/map.xml.dist', $this->origin("<map>\n<one/>\n<acme/>\n</map>\n", 'app/code/Acme/Migration/etc/ce/1.9.3.4/map.xml'));
    }

    public function testWhatAConfigurationNamesDecidesWhereThePlaceTellsNothing(): void
    {
        self::assertSame('etc/ce/1.9.3.4/map.xml.dist', $this->origin("<map>\n<one/>\n<acme/>\n</map>\n", 'app/code/Acme/Migration/etc/shop/rules.xml', 'etc/ce/1.9.3.4/map.xml.dist'));
    }

    public function testContentsDecideUnderAnotherName(): void
    {
        self::assertSame('etc/ce/settings.xml.dist', $this->origin("<settings>\n<path>dev</path>\n<key>x</key>\n</settings>\n", 'app/code/Acme/Migration/etc/own.xml'));
    }

    public function testWhatHasLittleInCommonWasMadeFromNone(): void
    {
        self::assertNull($this->origin("<map>\n" . str_repeat("<of-the-shop-itself/>\n", 20) . "</map>\n", 'app/code/Acme/Migration/etc/ce/1.9.4.4/map.xml', 'etc/ce/1.9.4.4/map.xml.dist'));
        self::assertNull($this->origin("<settings>\n<another-one-entirely/>\n</settings>\n", 'app/code/Acme/Migration/etc/own.xml'));
    }

    private function origin(string $copy, string $path, ?string $hint = null): ?string
    {
        $release = $this->temporaryDirectory();
        foreach (['1.9.3.4', '1.9.4.4'] as $version) {
            $this->write("$release/etc/ce/$version/map.xml.dist", "<map>\n    <one/>\n</map>\n");
        }
        $this->write("$release/etc/ce/settings.xml.dist", "<settings>\n    <path>dev</path>\n    <key>y</key>\n</settings>\n");
        $this->write("$release/copy.xml", $copy);

        return (new Origins($release))->of("$release/copy.xml", $path, $hint);
    }

    private function write(string $file, string $text): void
    {
        is_dir(dirname($file)) || mkdir(dirname($file), 0755, true);
        file_put_contents($file, $text);
    }
}
