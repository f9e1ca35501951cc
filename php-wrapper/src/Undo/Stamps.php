<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\MigrationTool\Files;
use Lockstep\Tree;

/**
 * What stat tells of a few entries below a directory, for each path "permissions inode size mtime", or "permissions dir"; single
 * small files by their hash. It costs next to no reading: enough to tell whether somebody edited them, though not somebody who hides it.
 */
final class Stamps
{
    /** Bytes of a single file that is read. */
    private const READ = 1 << 20;

    /**
     * @param list<string> $items relative to $base; absent ones are left out
     *
     * @return iterable<string, string> path => stamp
     */
    public static function of(string $base, array $items): iterable
    {
        clearstatcache();
        foreach ($items as $item) {
            $path = $base . '/' . $item;
            if (is_dir($path) && !is_link($path)) {
                yield from self::directory($path, $item);
            } elseif (Files::exists($path) && ($entry = lstat($path)) !== false) {
                yield $item => sprintf('%o ', $entry['mode'] & 07777) . self::file($path, $entry);
            }
        }
    }

    /** Are these of the same file, unedited? Permissions do not matter. */
    public static function same(?string $before, ?string $after): bool
    {
        return $before !== null && $after !== null && strstr($before, ' ') === strstr($after, ' ');
    }

    public static function permissions(string $stamp): int
    {
        return (int) octdec((string) strstr($stamp, ' ', true));
    }

    /**
     * PHP tells times by the second, in which a file can be written twice: small ones are read.
     *
     * @param array<int|string, int> $entry
     */
    private static function file(string $path, array $entry): string
    {
        if (is_link($path)) {
            return 'link ' . bin2hex((string) readlink($path));
        }

        return $entry['size'] <= self::READ && is_readable($path)
            ? (string) hash_file('sha256', $path)
            : sprintf('%d %d %d', $entry['ino'], $entry['size'], $entry['mtime']);
    }

    /** @return iterable<string, string> */
    private static function directory(string $path, string $item): iterable
    {
        $tree = Tree::scan($path);
        yield $item => sprintf('%o dir', (int) fileperms($path) & 07777);
        $last = '.';
        /** @var string $file */
        foreach ($tree->paths() as $file) {
            $parent = dirname($file);
            if ($parent !== $last) {
                $new = [];
                for ($above = $parent; $above !== '.' && !str_starts_with($last . '/', $above . '/'); $above = dirname($above)) {
                    $new[] = $above;
                }
                foreach (array_reverse($new) as $above) {
                    yield $item . '/' . $above => sprintf('%o dir', ($tree->entry($above)['mode'] ?? 0) & 07777);
                }
                $last = $parent;
            }
            $entry = $tree->entry($file);
            if ($entry !== null) {
                yield $item . '/' . $file => sprintf('%o %d %d %d', $entry['mode'] & 07777, $entry['inode'], $entry['size'], $entry['mtime']);
            }
        }
    }
}
