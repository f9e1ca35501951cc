<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * Restores parts of a set: what differs is unpacked beside with every hash checked, then swapped in by one commit; or all of it
 * goes into another directory.
 *
 * @phpstan-import-type PartData from BackupSet
 * @phpstan-type Done array{name: string, path: string, seconds: float, files: int, bytes: int, needed_bytes: int, free_bytes: int}
 * @phpstan-type SiteDone array{name: string, path: string, seconds: float, files: int, bytes: int, needed_bytes: int, free_bytes: int, kept: int, swapped: list<string>}
 */
final class Restore
{
    /** Paths put away that are told one by one. */
    private const TOLD = 20;

    /**
     * Unpacks into $to, which must be absent or empty.
     *
     * @param list<PartData> $parts
     *
     * @return list<Done>
     */
    public static function to(Shop $shop, BackupSet $set, array $parts, Wanted $wanted, string $to, Reporter $reporter): array
    {
        Destination::check($to);
        $archives = array_map(static fn (array $part): PartArchive => new PartArchive($shop, $set, $part, $reporter), $parts);
        $destination = Destination::begin($to, $set->id);
        $all = [];
        try {
            foreach ($archives as $archive) {
                $started = microtime(true);
                $all === [] || $destination->keep($archive->place);
                $done = $archive->extract($wanted, $to);
                if ($done !== null) {
                    $all[] = self::head($archive, $wanted, $started) + $done;
                }
            }
            if ($all === []) {
                throw self::nothing($set, $wanted);
            }
        } catch (Failure $e) {
            throw $destination->fail($e);
        }
        $destination->end();

        return $all;
    }

    /**
     * Makes the site what the archives hold, but for what they left out; what is as it should be is not touched.
     *
     * @param list<PartData> $parts
     *
     * @return list<SiteDone>
     */
    public static function site(Shop $shop, BackupSet $set, array $parts, Wanted $wanted, Reporter $reporter): array
    {
        self::refuseLinks($shop, $set, $parts);
        $stage = Shop::STATE . '/stage/' . Identifier::make();
        $commit = new RestoreCommit($shop, $stage, $reporter);
        $all = $times = [];
        try {
            Tree::privateDirectory($shop->path($stage));
            foreach ($parts as $part) {
                $started = microtime(true);
                $archive = new PartArchive($shop, $set, $part, $reporter);
                $found = $archive->difference($wanted);
                if ($found === null) {
                    continue;
                }
                $commit->watch($found['items'], $started);
                $nothing = ['files' => 0, 'bytes' => 0, 'needed_bytes' => 0, 'free_bytes' => 0];
                $done = $found['items'] === [] ? $nothing : $archive->extract($wanted, $shop->path($stage), $found['items']) ?? $nothing;
                $commit->add($found['items'], $wanted->text());
                $times += $found['times'];
                $all[] = self::head($archive, $wanted, $started) + $done + ['kept' => $found['kept'], 'swapped' => $found['items']];
            }
            if ($all === []) {
                throw self::nothing($set, $wanted);
            }
            self::tellRemoved($commit->putAway(), $shop->path($stage), $reporter);
            $commit->run(['restore' => $set->id, 'parts' => array_column($all, 'name'), 'path' => $wanted->text(), 'time' => gmdate('Y-m-d\TH:i:s\Z')]);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The restore failed, the site is as before');
        } finally {
            $commit->clear();
        }
        Archive::setTimes($shop->root, $times);
        self::tellRelease($shop, $set, array_column($all, 'name'), $reporter);

        return $all;
    }

    /**
     * Nothing is swapped behind a symlink, on another file system perhaps, that other machines may share; and no symlink is
     * replaced by the directory that it leads to.
     *
     * @param list<PartData> $parts
     */
    private static function refuseLinks(Shop $shop, BackupSet $set, array $parts): void
    {
        foreach ($parts as $part) {
            $place = $part['link'] ?? $part['path'];
            if (isset($part['link']) || is_link($shop->path($place))) {
                $target = realpath($shop->path($place));
                throw Failure::preflight(
                    $part['name'] . '-link',
                    is_link($shop->path($place)) ? sprintf('"%s" is a symlink to "%s": nothing is swapped there.', $place, $target === false ? readlink($shop->path($place)) : $target) : sprintf('The backup is of what a symlink "%s" led to ("%s"), and the shop has no such link.', $place, $part['target'] ?? ''),
                    sprintf('Unpack it, and copy what differs: "migration:tool:backup:restore %s --%s --to=DIR", then "rsync -a --checksum DIR/%s/ %s/". Name the other parts to restore them alone.', $set->id, $part['name'], $place, $shop->path($place)),
                );
            }
        }
    }

    /** @return array{name: string, path: string, seconds: float} */
    private static function head(PartArchive $archive, Wanted $wanted, float $started): array
    {
        return ['name' => $archive->part['name'], 'path' => $wanted->isAll() ? $archive->place : $wanted->text(), 'seconds' => round(microtime(true) - $started, 3)];
    }

    private static function nothing(BackupSet $set, Wanted $wanted): Failure
    {
        return new Failure(ExitCode::BACKUP, 'no-member', sprintf('The backup holds nothing at "%s".', $wanted->text()), sprintf('"migration:tool:backup:list %s" lists what it holds.', $set->id));
    }

    /** @param list<string> $removed */
    private static function tellRemoved(array $removed, string $stage, Reporter $reporter): void
    {
        foreach (array_slice($removed, 0, self::TOLD) as $path) {
            $reporter->warning(sprintf('"%s" is not in the backup and is put away to %s.', $path, $stage . '/' . $path));
        }
        if (count($removed) > self::TOLD) {
            $reporter->warning(sprintf('… and %d more below %s.', count($removed) - self::TOLD, $stage));
        }
    }

    /** @param list<string> $names */
    private static function tellRelease(Shop $shop, BackupSet $set, array $names, Reporter $reporter): void
    {
        if (in_array(Part::TOOL, $names, true) && $set->tool !== $shop->installed()->toolVersion()) {
            $reporter->warning(sprintf('The tool restored is release %1$s, but composer.lock says %2$s: "migration:tool:upgrade %1$s" makes the files of Composer fit it.', $set->tool, $shop->installed()->toolVersion()));
        }
    }
}
