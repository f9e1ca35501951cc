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
        yield 'order of attributes' => ['<database password="s3cret" name="m1" host="db"/>', '<database password="***" name="m1" host="db"/>'];
        yield 'single quotes in a tag' => ["<database password='s\"3cret' name='m1'/>", "<database password=\"***\" name='m1'/>"];
        yield 'white space at the equals sign' => ["<database password\n    =\n  \"s3cret\"/>", "<database password\n    =\n  \"***\"/>"];
        yield 'CRLF' => ["<crypt_key>s3cret</crypt_key>\r\n<database\r\n  password=\"s3cret\"\r\n/>\r\n", "<crypt_key>***</crypt_key>\r\n<database\r\n  password=\"***\"\r\n/>\r\n"];
        yield 'entities' => ['<database password="s3&quot;&#51;cret&lt;"/>', '<database password="***"/>'];
        yield 'an entity of a DTD' => ['<!DOCTYPE c [<!ENTITY pw "s3cret">]><database password="&pw;"/>', '<!DOCTYPE c [<!ENTITY pw "***">]><database password="***"/>'];
        yield 'an element' => ['<password>s3cret</password>', '<password>***</password>'];
        yield 'an element over lines' => ["<password>\n    s3cret\n    <b/>\n</password>", "<password>\n    ***\n    ***\n</password>"];
        yield 'an element around markers' => ["<crypt_key>\n<<<<<<< old\ns3cret\n=======\nother\n>>>>>>> new\n</crypt_key>\n", "<crypt_key>\n<<<<<<< old\n***\n=======\n***\n>>>>>>> new\n</crypt_key>\n"];
        yield 'several of everything on one line' => ['<a password="x"/><crypt_key>y</crypt_key><password>z</password><b>shown</b>', '<a password="***"/><crypt_key>***</crypt_key><password>***</password><b>shown</b>'];
        yield 'empty ones' => ['<crypt_key /><a password=""/><crypt_key></crypt_key>', '<crypt_key /><a password=""/><crypt_key></crypt_key>'];
        yield 'an attribute that holds a bracket' => ['<crypt_key note="a>b">s3cret</crypt_key>', '<crypt_key note="a>b">***</crypt_key>'];
        yield 'a value without an end' => ["<database password=\"s3cret\n<more", "<database password=\"***\n***\""];
        yield 'PHP' => ["['crypt_key' => 's3\\'cret', 'user' => 'u']", "['crypt_key' => \"***\", 'user' => 'u']"];
        yield 'the name of a field' => ['<field>admin_user.password</field>', '<field>admin_user.password</field>'];
        yield 'a parameter of that name' => ['<param name="password" value="s3cret"/><param value=\'s3"cret\' name="api_password" /> text', '<param name="password" value="***"/><param value="***" name="api_password" /> text'];
        yield 'an element that is named so' => ["<option id=\"db/password\">\n s3cret\n</option> text", "<option id=\"db/password\">\n ***\n</option> text"];
        yield 'a parameter of that name as CDATA' => ['<param name="password"><![CDATA[s3cret]]></param><b/>', '<param name="password">***</param><b/>'];
        yield 'a parameter of another name' => ['<param name="value" value="password"/>', '<param name="value" value="password"/>'];
        yield 'address' => ['https://user:s3cret@repo.example/x', 'https://user:***@repo.example/x'];
        yield 'nothing secret' => ['<map_file>etc/map.xml</map_file>', '<map_file>etc/map.xml</map_file>'];
    }

    public function testADiffIsMaskedAsTheWholeFileShowsIt(): void
    {
        $before = "<c>\n<crypt_key>\n\n\n\n\nold-s3cret\n</crypt_key>\n<b/>\n</c>\n";
        $after = str_replace(['old-s3cret', '<b/>'], ['new-s3cret', '<d/>'], $before);
        $diff = "--- a/c\n+++ b/c\n@@ -7,3 +7,3 @@ a line\n-old-s3cret\n+new-s3cret\n </crypt_key>\n-<b/>\n+<d/>\n\\ No newline\n";
        self::assertSame("--- a/c\n+++ b/c\n@@ -7,3 +7,3 @@\n-***\n+***\n </crypt_key>\n-<b/>\n+<d/>\n\\ No newline\n", Secrets::maskDiff($diff, $before, $after));
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
