<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\MigrationTool\Failure;

/** The state directory stands really below the root: what is staged there is renamed to its place. */
final class StatePlace
{
    /** Where leftovers are looked for and removed. */
    private const EMPTIED = ['stage', 'undo', 'query'];

    public static function check(Shop $shop): void
    {
        $link = self::inTheWay($shop);
        if ($link === null || $shop->stateElsewhere !== null) {
            return;
        }
        if (!is_link($link)) {
            throw Failure::preflight('state-file', sprintf('"%s" is a file; Lockstep needs %s to be a directory of the shop.', $link, Shop::STATE), sprintf('Move it away: mv %1$s %2$s && mkdir %1$s', escapeshellarg($link), escapeshellarg($link . '.file')));
        }
        $real = realpath($link);
        if (dirname($link) === $shop->path(Shop::STATE)) {
            throw Failure::preflight('state-link', sprintf('"%s" is a symlink to "%s": what killed runs left there is removed, and nothing may be removed elsewhere.', $link, $real === false ? (string) readlink($link) : $real), sprintf('Remove the link: rm %s', escapeshellarg($link)));
        }
        throw Failure::preflight(
            'state-link',
            sprintf('"%s" is a symlink to "%s"; Lockstep needs %s to be a real directory of the shop.', $link, $real === false ? (string) readlink($link) : $real, Shop::STATE),
            sprintf('Let the link be one directory further down (link var/log, var/session and others, each by itself): rm %1$s && mkdir %1$s', escapeshellarg($link))
                . ($real === false ? '' : sprintf(' && ln -s %s/* %s', escapeshellarg($real), escapeshellarg($link))) . '. Or work where the shop is built.',
        );
    }

    /** May this user keep things there? Files of another one would stand in the owner's way. */
    public static function isOwn(Shop $shop): bool
    {
        return $shop->stateElsewhere !== null || (fileowner($shop->root) === posix_geteuid() && !self::isBlocked($shop));
    }

    /** Then no state can have been written. */
    public static function isBlocked(Shop $shop): bool
    {
        return self::inTheWay($shop) !== null;
    }

    /** A symlink or a file where a directory must be. */
    private static function inTheWay(Shop $shop): ?string
    {
        foreach (['var', Shop::STATE, ...array_map(static fn (string $name): string => Shop::STATE . '/' . $name, self::EMPTIED)] as $relative) {
            $path = $shop->path($relative);
            if (is_link($path) || (file_exists($path) && !is_dir($path))) {
                return $path;
            }
        }

        return null;
    }
}
