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

    public function testAddressesLoseUserPasswordAndToken(): void
    {
        self::assertSame('https://***:***@a.example/x https://***@b.example ssh://git@c.example', Secrets::maskAddresses('https://user:s3cret@a.example/x https://t0ken@b.example ssh://git@c.example'));
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

    /** @dataProvider reports */
    public function testMasksInReports(string $text, string $masked): void
    {
        self::assertSame($masked, Secrets::maskReport($text, ['known-secret']));
    }

    /** @return iterable<string, array{string, string}> */
    public static function reports(): iterable
    {
        yield 'known' => ['it is known-secret.', 'it is ***.'];
        yield 'token as user' => ['https://abcdef@repo.example/x', 'https://***@repo.example/x'];
        yield 'user and password' => ['https://user:s3cret@repo.example/x', 'https://***@repo.example/x'];
        yield 'query' => ['https://repo.example/x?a=1&access_token=abc&b=2', 'https://repo.example/x?a=1&access_token=***&b=2'];
        yield 'header' => ['Authorization: Bearer abcdef.ghi', 'Authorization: Bearer ***'];
        yield 'JSON' => ['{"password": "s3cret", "user": "u"}', '{"password": ***, "user": "u"}'];
        yield 'GitHub' => ['ghp_0123456789abcdefghij0123', '***'];
        yield 'attribute' => ['<database host="db" password="s3cret" />', '<database host="db" password=*** />'];
        yield 'assigned' => ['MAGE_TOKEN=abc,x', 'MAGE_TOKEN=***,x'];
        yield 'a path with a key in it' => ['/home/shop/var/lockstep/key: keep a copy', '/home/shop/var/lockstep/key: keep a copy'];
        yield 'a sentence' => ['Composer has no password: see auth.json', 'Composer has no password: see auth.json'];
    }
}
