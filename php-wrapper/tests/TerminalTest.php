<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Terminal;
use PHPUnit\Framework\TestCase;

final class TerminalTest extends TestCase
{
    /** @dataProvider texts */
    public function testShowsNoControlCharacter(string $text, string $safe): void
    {
        self::assertSame($safe, Terminal::safe($text));
    }

    /** @return iterable<string, array{string, string}> */
    public static function texts(): iterable
    {
        yield 'plain' => ['etc/map.xml', 'etc/map.xml'];
        yield 'UTF-8' => ['größe', 'größe'];
        yield 'escape sequence' => ["a\x1b[31mb", 'a\x1b[31mb'];
        yield 'clipboard (OSC 52)' => ["\x1b]52;c;AAAA\x07", '\x1b]52;c;AAAA\x07'];
        yield 'newline' => ["a\nb", 'a\x0ab'];
        yield 'C1 control' => ["a\u{9b}31m", 'a\xc2\x9b31m'];
        yield 'not UTF-8' => ["a\xffb", 'a\xffb'];
    }

    /** @dataProvider sizes */
    public function testTellsBytes(int $bytes, string $text): void
    {
        self::assertSame($text, Terminal::bytes($bytes));
    }

    /** @return iterable<array{int, string}> */
    public static function sizes(): iterable
    {
        yield [0, '0 B'];
        yield [999, '999 B'];
        yield [1000, '1.0 kB'];
        yield [171_100_000, '171.1 MB'];
        yield [5_000_000_000_000, '5.0 TB'];
    }
}
