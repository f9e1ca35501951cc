<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** The shop's key: 32 random bytes in var/lockstep/key that authenticate every archive's manifest. */
final class Key
{
    private const SIZE = 32;

    /** The key; made by the first backup, which tells the user to keep a copy elsewhere. */
    public static function make(Shop $shop, Reporter $reporter): string
    {
        $path = $shop->state('key');
        if (!file_exists($path)) {
            Tree::privateDirectory($shop->state());
            Tree::put($path, random_bytes(self::SIZE), 0600);
            $reporter->warning(sprintf('A key for backups was made: keep a copy of %s on another machine, restoring needs it.', $path));
        }

        return self::read($shop);
    }

    /** Null when it is missing, not readable, or none. */
    public static function find(Shop $shop): ?string
    {
        $path = $shop->state('key');
        $key = is_file($path) && is_readable($path) ? (string) file_get_contents($path) : '';

        return strlen($key) === self::SIZE ? $key : null;
    }

    public static function read(Shop $shop): string
    {
        $key = self::find($shop);
        if ($key === null) {
            $path = $shop->state('key');
            throw new Failure(ExitCode::BACKUP, 'key', sprintf('The key of the backups, "%s", is missing, not readable by this user, or has not %d bytes.', $path, self::SIZE), 'Put the copy back that was kept elsewhere; without it, backups can be unpacked with "tar --zstd -xf" but not be proved genuine.');
        }

        return $key;
    }
}
