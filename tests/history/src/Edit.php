<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** A file of a shop made of the released one, and what that must come to in another release. */
final class Edit
{
    /**
     * @param list<Claim> $claims of an XML file
     * @param string $text the file as the user has it
     * @param ?string $expected of another file: what the merge must give; null: both sides changed the same lines
     */
    public function __construct(public readonly string $text, public readonly array $claims = [], public readonly ?string $expected = null)
    {
    }

    /** @param array<int, array{int, string}> $splices what goes where: length and text by offset */
    public static function splice(string $text, array $splices): string
    {
        krsort($splices);
        foreach ($splices as $at => [$length, $put]) {
            $text = substr_replace($text, $put, $at, $length);
        }

        return $text;
    }
}
