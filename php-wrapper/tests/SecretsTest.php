<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Secrets;
use PHPUnit\Framework\TestCase;

final class SecretsTest extends TestCase
{
    /** @dataProvider texts */
    public function testMasks(string $text, string $masked): void
    {
        self::assertSame($masked, Secrets::mask($text));
    }

    /** @return iterable<string, array{string, string}> */
    public static function texts(): iterable
    {
        yield 'attribute' => ['<database host="db" password="s3cret" />', '<database host="db" password="***" />'];
        yield 'single quotes' => ["password = 's3cret'", 'password = "***"'];
        yield 'crypt key' => ['+<crypt_key>0123</crypt_key>', '+<crypt_key>***</crypt_key>'];
        yield 'several on a line' => ['a password="x" b password="y"', 'a password="***" b password="***"'];
        yield 'crypt key as CDATA' => ['<crypt_key><![CDATA[abc]]></crypt_key>', '<crypt_key>***</crypt_key>'];
        yield 'with an attribute' => ['<crypt_key id="1" >abc</crypt_key>', '<crypt_key id="1" >***</crypt_key>'];
        yield 'address' => ['https://user:s3cret@repo.example/x', 'https://user:***@repo.example/x'];
        yield 'nothing secret' => ['<map_file>etc/map.xml</map_file>', '<map_file>etc/map.xml</map_file>'];
    }
}
