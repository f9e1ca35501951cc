<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Modules;

use Lockstep\MigrationTool\Modules\ToolConfig;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class ToolConfigTest extends TestCase
{
    use TemporaryDirectory;

    private const CONFIG = <<<'XML'
        <?xml version="1.0"?>
        <config>
            <steps mode="data">
                <step title="One">
                    <data>\Acme\Step\One</data>
                </step>
            </steps>
            <source/>
            <destination/>
            <options>
                <map_file> app/code/Acme/Migration/etc/map.xml </map_file>
                <eav_map_file>etc/opensource-to-opensource/1.9.4.4/map-eav.xml.dist</eav_map_file>
                <bulk_size>0</bulk_size>
                <edition_migrate>opensource-to-opensource</edition_migrate>
            </options>
        </config>
        XML;

    public function testFilesClassesAndWhatTheToolCallsIt(): void
    {
        $config = $this->read(self::CONFIG);

        self::assertSame(['map_file' => ['value' => 'app/code/Acme/Migration/etc/map.xml', 'line' => 11], 'eav_map_file' => ['value' => 'etc/opensource-to-opensource/1.9.4.4/map-eav.xml.dist', 'line' => 12]], $config?->files);
        self::assertSame([['class' => 'Acme\Step\One', 'line' => 5]], $config->classes);
        self::assertSame('etc/opensource-to-opensource/1.9.4.4/config.xml.dist', $config->shipped);
    }

    public function testTheVersionOfMagentoOneThatItNamesComesFirst(): void
    {
        $config = $this->read(str_replace('<bulk_size>', '<edition_number>1.9.3.4</edition_number><bulk_size>', self::CONFIG));

        self::assertSame('etc/opensource-to-opensource/1.9.3.4/config.xml.dist', $config?->shipped);
    }

    #[DataProvider('others')]
    public function testOtherFilesAreNone(string $text): void
    {
        self::assertNull($this->read($text));
    }

    /** @return iterable<string, array{string}> */
    public static function others(): iterable
    {
        yield 'Magento\'s own config.xml' => ['<config><default><steps/><options/></default></config>'];
        yield 'no source' => [str_replace('<source/>', '', self::CONFIG)];
        yield 'another root' => [str_replace(['<config>', '</config>'], ['<map>', '</map>'], self::CONFIG)];
        yield 'broken' => [str_replace('</options>', '', self::CONFIG)];
        yield 'with a document type' => [str_replace('<config>', "<!DOCTYPE config [<!ENTITY x SYSTEM \"/etc/passwd\">]>\n<config>", self::CONFIG)];
    }

    private function read(string $text): ?ToolConfig
    {
        $file = $this->temporaryDirectory() . '/config.xml';
        file_put_contents($file, $text);

        return ToolConfig::read($file);
    }
}
