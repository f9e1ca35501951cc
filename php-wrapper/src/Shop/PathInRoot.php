<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

/** What a path of Composer's configuration means: where it leads to, and that below the root. */
final class PathInRoot
{
    /** Absolute, symlinks resolved as far as the path exists; "~" and "$HOME" as Composer understands them. */
    public static function absolute(string $root, string $path): string
    {
        $path = (string) preg_replace_callback('#^(?:\$HOME|~)(?=/|$)#', static fn (): string => (string) getenv('HOME'), $path);
        $path = $path !== '' && $path[0] === '/' ? $path : $root . '/' . $path;
        $missing = [];
        for ($above = self::plain($path); ($real = realpath($above)) === false && $above !== '/'; $above = dirname($above)) {
            array_unshift($missing, basename($above));
        }

        return rtrim((string) $real, '/') . ($missing === [] ? '' : '/' . implode('/', $missing));
    }

    /** Relative to the root; null when it is the root or leads out of it. */
    public static function relative(string $root, string $path): ?string
    {
        $absolute = self::absolute($root, $path);

        return str_starts_with($absolute, rtrim($root, '/') . '/') ? substr($absolute, strlen(rtrim($root, '/')) + 1) : null;
    }

    /** Without "." and "..", which are taken by name: as Composer does it. */
    public static function plain(string $path): string
    {
        $parts = [];
        foreach (explode('/', $path) as $part) {
            if ($part === '..') {
                array_pop($parts);
            } elseif ($part !== '' && $part !== '.') {
                $parts[] = $part;
            }
        }

        return '/' . implode('/', $parts);
    }
}
