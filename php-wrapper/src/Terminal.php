<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** File names and other people's text made safe for a terminal or a log: no escape sequences, one line. */
final class Terminal
{
    public static function safe(string $text): string
    {
        $text = mb_check_encoding($text, 'UTF-8') ? $text : (string) preg_replace_callback('/[\x80-\xff]/', self::hex(...), $text);

        return (string) preg_replace_callback('/[\x00-\x1f\x7f]|\xc2[\x80-\x9f]/', self::hex(...), $text);
    }

    public static function bytes(int $bytes): string
    {
        if ($bytes < 1000) {
            return $bytes . ' B';
        }
        $units = ['kB', 'MB', 'GB', 'TB'];
        $value = $bytes / 1000;
        for ($unit = 0; $value >= 1000 && $unit < 3; $unit++) {
            $value /= 1000;
        }

        return sprintf('%.1f %s', $value, $units[$unit]);
    }

    /** @param array<int|string, string> $match */
    private static function hex(array $match): string
    {
        return '\x' . implode('\x', str_split(bin2hex($match[0]), 2));
    }
}
