<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

/** What one backup is to hold and how it is made. */
final class BackupOptions
{
    /**
     * @param list<string> $parts       names of Part
     * @param ?string      $directory   where the sets are; null: in the shop
     * @param int          $level       of zstd, 1 to 19
     * @param int          $threads     0: one a CPU
     * @param list<string> $patterns    what they match, as in .gitignore, is left out
     * @param bool         $full        take over no frames of an earlier backup
     * @param bool         $crossMounts back up what is mounted in the shop, too
     * @param string       $strip       tables of the database whose data is left out: names, wildcards, @groups
     * @param ?string      $defaultsFile option file with the connection to the database; null: app/etc/env.php has it
     */
    public function __construct(
        public readonly array $parts,
        public readonly ?string $directory = null,
        public readonly int $level = 3,
        public readonly int $threads = 0,
        public readonly array $patterns = [],
        public readonly bool $full = false,
        public readonly bool $crossMounts = false,
        public readonly string $strip = '',
        public readonly ?string $defaultsFile = null,
    ) {
    }
}
