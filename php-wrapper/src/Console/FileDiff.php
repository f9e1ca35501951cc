<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\Merge;
use Lockstep\MigrationTool\Secrets;

/** The unified diff of two files for a person, secrets masked; what is no regular file on both sides is told in words. */
final class FileDiff
{
    /** @param array{path: string, was: ?string, is: ?string, noise: ?string} $item */
    public static function of(string $before, string $after, array $item): string
    {
        if ($item['noise'] === 'mode') {
            return sprintf("--- a/%s\n+++ b/%1\$s\nold mode %o\nnew mode %o\n", $item['path'], fileperms($before) & 0777, fileperms($after) & 0777);
        }
        if ($item['noise'] === 'line_ends') {
            return sprintf("--- a/%s\n+++ b/%1\$s\nonly line ends differ\n", $item['path']);
        }
        $files = [null, 'file'];
        if (in_array($item['was'], $files, true) && in_array($item['is'], $files, true)) {
            return self::between($before, $after, $item['path'], $item['noise'] === null);
        }

        return sprintf("--- a/%s\n+++ b/%1\$s\n-%s\n+%s\n", $item['path'], self::words($before, $item['was']), self::words($after, $item['is']));
    }

    /**
     * @param ?string $before null: no file
     * @param bool    $readable without converted line ends, and in XML without other white space, unless nothing else differs
     */
    public static function between(?string $before, ?string $after, string $label, bool $readable = true): string
    {
        return Secrets::maskDiff(Merge::diff($before, $after, $label, $readable), self::contents($before), self::contents($after));
    }

    private static function contents(?string $file): string
    {
        return $file !== null && is_file($file) ? (string) file_get_contents($file) : '';
    }

    private static function words(string $path, ?string $type): string
    {
        return match ($type) {
            'symlink' => 'symlink to ' . readlink($path),
            null => 'nothing',
            default => $type,
        };
    }
}
