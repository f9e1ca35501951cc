<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Remote;

use Lockstep\MigrationTool\Remote\Digests;
use PHPUnit\Framework\TestCase;

final class DigestsTest extends TestCase
{
    private const MIB = 1 << 20;

    /** @dataProvider sizes */
    public function testKnowsTheETagsOfAFileStoredWholeAndInParts(int $bytes): void
    {
        $text = substr(str_repeat('0123456789abcdef!', intdiv($bytes, 17) + 1), 0, $bytes);
        $stream = fopen('php://temp', 'w+b');
        self::assertNotFalse($stream);
        fwrite($stream, $text);
        $digests = Digests::of($stream, $bytes);
        self::assertSame(0, ftell($stream), 'it can be sent from its beginning');
        self::assertSame(hash('sha256', $text), $digests->sha256);
        self::assertTrue($digests->prove(md5($text)));
        foreach ([5 * self::MIB, 16 * self::MIB] as $size) {
            $sums = array_map(static fn (string $part): string => md5($part, true), $text === '' ? [] : str_split($text, $size));
            self::assertTrue($digests->prove(strtoupper(md5(implode('', $sums))) . '-' . count($sums)), "in parts of $size");
        }
        self::assertFalse($digests->prove(md5($text . 'x')));
        self::assertFalse($digests->prove(''));
        self::assertFalse($digests->prove(md5($text) . '-1'));
    }

    /** @return iterable<array{int}> */
    public static function sizes(): iterable
    {
        yield [0];
        yield [1000];
        yield [5 * self::MIB];
        yield [16 * self::MIB];
        yield [32 * self::MIB + 1];
    }
}
