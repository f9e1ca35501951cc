<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

/** A file or directory of a shop that is a symlink and must not be: where it leads to, and where the work can be done instead. */
final class LinkedPath
{
    private function __construct(
        public readonly string $message,
        public readonly string $fix,
    ) {
    }

    /** Null when the path is no symlink. */
    public static function of(string $path): ?self
    {
        if (!is_link($path)) {
            return null;
        }
        $real = realpath($path);

        return $real === false
            ? new self(sprintf('"%s" is a symlink that leads nowhere (to "%s").', $path, (string) readlink($path)), 'Put the file or directory itself there.')
            : new self(sprintf('"%s" is a symlink to "%s": what is done here would change that for others too, or cut the link.', $path, $real), self::fix($path, $real));
    }

    /** The command for the shop that a file or directory belongs to; null when it belongs to none. */
    public static function shopOf(string $real): ?string
    {
        for ($above = dirname($real); $above !== dirname($above); $above = dirname($above)) {
            if (is_file($above . '/composer.json') && is_dir($above . '/app/etc')) {
                return sprintf('Work in the shop that it belongs to: --root-dir=%s', escapeshellarg($above));
            }
        }

        return null;
    }

    private static function fix(string $path, string $real): string
    {
        return self::shopOf($real)
            ?? sprintf(is_dir($real) ? 'Put the directory itself there: rm %2$s && cp -a %1$s %2$s' : 'Put the file itself there: cp -a --remove-destination %1$s %2$s', escapeshellarg($real), escapeshellarg($path)) . '. Or work where the shop is built.';
    }
}
