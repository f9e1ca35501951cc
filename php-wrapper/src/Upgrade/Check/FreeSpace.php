<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Platform;
use Lockstep\Tree;

/** Room, in bytes and inodes, for the stage, the new release, its pristine copy and the backup of the tool; a code backup fails by itself when it does not fit. */
final class FreeSpace implements Check
{
    /** The new release, the one that is replaced as published, unpacked on the way, and in a backup; what is replaced stays as the undo copy. */
    private const TOOLS = 5;
    /** The staged autoloader, and as it is before the tool is in it. */
    private const AUTOLOADERS = 2;
    /** Composer's own temporary files; links to the packages. */
    private const MORE_BYTES = 32 * 1024 * 1024;
    private const MORE_INODES = 4000;
    /** A tool that is not there yet. */
    private const TOOL_BYTES = 8 * 1024 * 1024;
    private const TOOL_INODES = 1000;

    public function find(Run $run): array
    {
        $place = self::place($run);
        $space = Platform::space($place);
        [$bytes, $inodes] = self::needed($run);
        $findings = [];
        if ($space['bytes'] < $bytes) {
            $findings[] = Finding::error(
                'no-space',
                sprintf('Only %s are free on the file system of "%s"; an upgrade wants %s.', Terminal::bytes($space['bytes']), $place, Terminal::bytes($bytes)),
                'Free some space; old backups are in var/lockstep/backups.',
            );
        }
        if ($space['inodes'] !== null && $space['inodes'] < $inodes) {
            $findings[] = Finding::error(
                'no-inodes',
                sprintf('Only %d files more fit on the file system of "%s" (inodes); an upgrade makes %d.', $space['inodes'], $place, $inodes),
                'Remove files: var/cache, var/page_cache, var/session and old logs are the usual many; "df -i" tells the numbers.',
            );
        }

        return $findings;
    }

    /** A directory on the file system that is written to. */
    public static function place(Run $run): string
    {
        return $run->shop->stateElsewhere === null ? $run->shop->root : dirname($run->shop->stateElsewhere);
    }

    /** @return array{int, int} bytes and inodes */
    public static function needed(Run $run): array
    {
        [$toolBytes, $toolInodes] = self::size($run->shop->path($run->shop->toolPath())) ?? [self::TOOL_BYTES, self::TOOL_INODES];
        [$autoloaderBytes, $autoloaderInodes] = self::size($run->shop->path($run->shop->vendor . '/composer')) ?? [0, 0];

        return [
            self::TOOLS * $toolBytes + self::AUTOLOADERS * $autoloaderBytes + self::MORE_BYTES,
            self::TOOLS * $toolInodes + self::AUTOLOADERS * $autoloaderInodes + self::MORE_INODES,
        ];
    }

    /** @return ?array{int, int} null when there is no such directory */
    public static function size(string $directory): ?array
    {
        if (!is_dir($directory)) {
            return null;
        }
        $tree = Tree::scan($directory);
        $bytes = 0;
        foreach ($tree->paths() as $path) {
            $bytes += $tree->entry($path)['size'] ?? 0;
        }

        return [$bytes, $tree->count()];
    }
}
