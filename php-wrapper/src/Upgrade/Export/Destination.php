<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/** The directory that --export names: absent or empty, in a directory that can be written to, and no part of the live code. */
final class Destination
{
    /** @param string $path absolute, the symlinks of its parents resolved */
    private function __construct(public readonly string $path)
    {
    }

    public static function of(Shop $shop, string $given): self
    {
        $parent = realpath(dirname($given));
        $name = basename($given);
        $path = is_dir($given) ? realpath($given) : ($parent === false || in_array($name, ['', '.', '..'], true) ? false : rtrim($parent, '/') . '/' . $name);
        if ($path === false) {
            throw self::refused($given, sprintf('There is no directory "%s" for it.', dirname($given)), sprintf('Make it first: mkdir -p %s', escapeshellarg(dirname($given))));
        }
        if (is_dir($path) ? Files::names($path) !== [] : Files::exists($path)) {
            throw self::refused($path, is_dir($path) ? 'It is not empty.' : 'There is a file of that name.', 'Name a directory that is absent or empty.');
        }
        if (self::isLive($shop, $path)) {
            throw self::refused($path, sprintf('It lies in the shop "%s".', $shop->root), sprintf('Name a directory outside of the shop, or below "%s".', $shop->path('var')));
        }
        if (self::isMount($path)) {
            throw self::refused($path, 'It is a mount point, which cannot be put in place by a rename.', sprintf('Name a directory below it: --export=%s', escapeshellarg($path . '/lockstep')));
        }
        if (!is_writable(dirname($path))) {
            throw self::refused($path, sprintf('"%s" cannot be written to.', dirname($path)), 'Name a directory in a place of your own.');
        }

        return new self($path);
    }

    /** Where it is made before it is renamed into place. */
    public function beside(string $id): string
    {
        return $this->pattern() . $id;
    }

    /** @return list<string> what killed exports to the same directory left */
    public function leftBehind(): array
    {
        $prefix = basename($this->pattern());

        return array_values(array_map(
            fn (string $name): string => dirname($this->path) . '/' . $name,
            array_filter(Files::names(dirname($this->path)), static fn (string $name): bool => str_starts_with($name, $prefix)),
        ));
    }

    private function pattern(): string
    {
        return dirname($this->path) . '/.' . basename($this->path) . '.lockstep-';
    }

    /** Only var/ holds no code; what is Lockstep's own in it is cleaned up by other commands. */
    private static function isLive(Shop $shop, string $path): bool
    {
        $path .= '/';
        $var = (string) realpath($shop->path('var')) . '/';
        $isVar = str_starts_with($path, $var) && $path !== $var && !str_starts_with($path, $shop->state() . '/');

        return str_starts_with($path, $shop->root . '/') && !$isVar;
    }

    private static function isMount(string $path): bool
    {
        foreach (is_readable('/proc/self/mountinfo') ? (file('/proc/self/mountinfo', FILE_IGNORE_NEW_LINES) ?: []) : [] as $line) {
            if (stripcslashes(explode(' ', $line)[4] ?? '') === $path) {
                return true;
            }
        }

        return false;
    }

    private static function refused(string $path, string $why, string $fix): Failure
    {
        return Failure::preflight('export-directory', sprintf('Nothing can be exported to "%s". %s', $path, $why), $fix);
    }
}
