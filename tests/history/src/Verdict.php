<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use DOMDocument;

/** Judges a merged file: is it the new release's, with the edit, byte for byte where nothing was edited? */
final class Verdict
{
    /**
     * @param bool $loose tabs were put for spaces: indentation counts no more
     * @return ?string what is wrong
     */
    public static function ofXml(Edit $edit, string $base, string $theirs, string $merged, DOMDocument $wanted, bool $loose): ?string
    {
        $document = Canon::parse($merged);
        if ($document === null) {
            return 'it is not well-formed';
        }
        foreach ($edit->claims as $claim) {
            $fault = $claim->settle($document);
            if ($fault !== null) {
                return $fault;
            }
        }
        $is = Canon::of($document);
        $should = Canon::of($wanted);
        if ($is !== $should) {
            $at = strspn($is ^ $should, "\0");

            return 'it is not the new release with the edit, from: ' . substr($is, max(0, $at - 60), 140) . ' -- wanted: ' . substr($should, max(0, $at - 60), 140);
        }

        return self::ofLines($edit->text, $base, $theirs, $merged, $loose);
    }

    /** What no side took out is there as often as before, what is there is of a side (but for indentation, and a blank before "/>"); the line ends are the user's. */
    private static function ofLines(string $mine, string $base, string $theirs, string $merged, bool $loose): ?string
    {
        if (!str_contains($mine, "\n") || (substr_count($mine, "\r\n") === substr_count($mine, "\n") && substr_count($merged, "\r\n") !== substr_count($merged, "\n"))) {
            return 'the line ends are not the user\'s';
        }
        $lost = null;
        foreach ($loose ? [true] : [false, true] as $trimmed) { /* where upstream only indents others anew, lines alone cannot tell which one went */
            $lost = self::lost(...array_map(static fn (string $text): array => self::count($text, $trimmed), [$base, $mine, $theirs, $merged]));
            if ($lost === null) {
                break;
            }
        }
        if ($lost !== null) {
            return "an untouched line is not as it was: $lost";
        }
        $known = self::count("$mine\n$theirs", true);
        foreach (array_keys(self::count($merged, true)) as $line) {
            $woven = preg_match('~^<(database |[a-z_]+>etc/)|noNamespaceSchemaLocation=~', (string) $line) === 1; /* of attributes or directories of both */
            if (!isset($known[$line]) && !$woven) {
                return "a line is nobody's: $line";
            }
        }

        return null;
    }

    /**
     * @param array<array-key, int> $base how often each line is there
     * @param array<array-key, int> $mine
     * @param array<array-key, int> $theirs
     * @param array<array-key, int> $merged
     */
    private static function lost(array $base, array $mine, array $theirs, array $merged): ?string
    {
        foreach ($base as $line => $count) {
            if (($merged[$line] ?? 0) < min($count, $mine[$line] ?? 0) + min($count, $theirs[$line] ?? 0) - $count) {
                return (string) $line;
            }
        }

        return null;
    }

    /** @return array<array-key, int> how often each line is there; trimmed: as lines of one spelling, an element that has become empty on one line */
    private static function count(string $text, bool $trimmed): array
    {
        $text = $trimmed ? (string) preg_replace(['~<([\w:.-]+)([^<>]*[^<>/])?>\s*</\1>~', '~ />~', '~^[ \t]+|[ \t\r]+$~m'], ['<$1$2/>', '/>', ''], $text) : str_replace("\r\n", "\n", $text);

        return array_count_values(explode("\n", $text));
    }
}
