<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Platform;
use Lockstep\Tree;

/** Room for a backup: as much as the last one of the part took, else by what there is to store; looked at before anything is written. */
final class Estimate
{
    /** Code and databases shrink to a third or less; images hardly at all. */
    private const STORED = [Part::TOOL => 0.5, Part::CODE => 0.5, Part::MODULES => 0.5, Part::MEDIA => 1.0, Part::DB => 0.5];
    /** No code is as large: with so much room, the first backup does without a walk through all of it. */
    private const CODE_MAX = 20_000_000_000;

    /**
     * Tells what is expected, and refuses what does not fit.
     *
     * @param list<Part>      $parts
     * @param list<BackupSet> $earlier  oldest first
     * @param callable(): int $database bytes that the databases have, asked when no backup of them tells more
     */
    public static function check(Shop $shop, array $parts, array $earlier, string $store, bool $crossMounts, callable $database, Reporter $reporter): void
    {
        $free = Platform::space(self::existing($store))['bytes'];
        $bytes = 0;
        $about = 'About';
        foreach ($parts as $part) {
            $last = BackupSet::last($part, $earlier)['data']['stored_bytes'] ?? null;
            if ($last === null && $part->name === Part::CODE && $free > self::CODE_MAX) {
                $about = 'Less than';
                $last = self::CODE_MAX;
            }
            $bytes += $last ?? ($part->name === Part::DB ? (int) ($database() * self::STORED[Part::DB]) : self::scanned($shop, $part, $crossMounts));
        }
        $reporter->line(sprintf('%s %s are needed, %s are free for "%s".', $about, Terminal::bytes($bytes), Terminal::bytes($free), $store));
        if ($free < $bytes) {
            throw new Failure(
                ExitCode::BACKUP,
                'no-space',
                sprintf('The backup needs about %s, but only %s are free on the file system of "%s".', Terminal::bytes($bytes), Terminal::bytes($free), $store),
                'Remove old backups ("migration:tool:backup:prune --keep-last=2 --dry-run" tells which could go), or give another file system with --directory.',
                ['needed_bytes' => $bytes, 'free_bytes' => $free],
            );
        }
    }

    /** Patterns are not looked at: it may be less. */
    private static function scanned(Shop $shop, Part $part, bool $crossMounts): int
    {
        $root = $part->path === '.' ? $part->root($shop) : $shop->path($part->path);
        $exclude = [];
        foreach ($part->exclude as $path) {
            if ($part->path === '.') {
                $exclude[] = $path;
            } elseif (str_starts_with($path, $part->path . '/')) {
                $exclude[] = substr($path, strlen($part->path) + 1);
            }
        }
        try {
            return is_dir($root) ? (int) ((self::STORED[$part->name] ?? 1.0) * Tree::scan($root, $exclude, mounts: $crossMounts)->bytes()) : 0;
        } catch (CoreException) {
            return 0; // the backup itself tells what cannot be read
        }
    }

    private static function existing(string $directory): string
    {
        for (; !Files::exists($directory) && $directory !== '/'; $directory = dirname($directory));

        return $directory;
    }
}
