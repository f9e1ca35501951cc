<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Tree;

/** The contents of a few entries below a directory: for each path "permissions hash", "permissions dir" or "link target". */
final class Contents
{
    /** Before the hexadecimal digits of a name that is no UTF-8, which JSON could not carry; no path here begins so. */
    private const HEX = '//';

    /**
     * @param list<string> $items relative to $base; absent ones are left out
     *
     * @return array<string, string>
     */
    public static function of(string $base, array $items): array
    {
        clearstatcache();
        $found = [];
        foreach ($items as $item) {
            $path = $base . '/' . $item;
            if (is_dir($path) && !is_link($path)) {
                $found += self::directory($path, $item);
            } elseif (is_link($path)) {
                $found[$item] = 'link ' . readlink($path);
            } elseif (is_file($path)) {
                $found[$item] = self::mode((int) fileperms($path)) . hash_file('sha256', $path);
            }
        }

        return self::writable($found);
    }

    /**
     * @param array<string, string> $before
     * @param array<string, string> $after
     *
     * @return list<string> paths as they are on disk, whose type or contents differ; permissions are no contents
     */
    public static function changed(array $before, array $after): array
    {
        $changed = [];
        foreach ($before + $after as $path => $_) {
            if (self::bare($before[$path] ?? '') !== self::bare($after[$path] ?? '')) {
                $changed[] = self::path((string) $path);
            }
        }
        sort($changed);

        return $changed;
    }

    /** The path on disk of a key. */
    public static function path(string $key): string
    {
        return str_starts_with($key, self::HEX) ? (string) hex2bin(substr($key, strlen(self::HEX))) : $key;
    }

    /** @return ?int the permissions that were noted for a path; links have none */
    public static function permissions(string $noted): ?int
    {
        return preg_match('/^([0-7]+) /', $noted, $match) === 1 ? (int) octdec($match[1]) : null;
    }

    /** @return array<string, string> */
    private static function directory(string $path, string $item): array
    {
        $tree = Tree::scan($path, [], true);
        $found = [$item => self::mode((int) fileperms($path)) . 'dir'];
        /** @var string $file */
        foreach ($tree->paths() as $file) {
            for ($parent = dirname($file); $parent !== '.' && !isset($found[$item . '/' . $parent]); $parent = dirname($parent)) {
                $found[$item . '/' . $parent] = self::mode($tree->entry($parent)['mode'] ?? 0) . 'dir';
            }
            $hash = $tree->hash($file);
            $found[$item . '/' . $file] = $hash === null ? 'link ' . readlink($path . '/' . $file) : self::mode($tree->entry($file)['mode'] ?? 0) . $hash;
        }

        return $found;
    }

    private static function mode(int $mode): string
    {
        return sprintf('%o ', $mode & 07777);
    }

    private static function bare(string $noted): string
    {
        return (string) preg_replace('/^[0-7]+ /', '', $noted);
    }

    /**
     * As JSON gives it back.
     *
     * @param array<string, string> $found
     *
     * @return array<string, string>
     */
    private static function writable(array $found): array
    {
        return array_combine(array_map(static fn (string|int $name): string => self::text((string) $name), array_keys($found)), array_map(self::text(...), array_values($found)));
    }

    private static function text(string $bytes): string
    {
        return mb_check_encoding($bytes, 'UTF-8') ? $bytes : self::HEX . bin2hex($bytes);
    }
}
