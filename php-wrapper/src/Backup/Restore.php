<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Probe;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo;
use Lockstep\Tree;

/**
 * Restores a part: unpacked beside with every hash checked, then swapped in under the journal, or into another directory.
 *
 * @phpstan-import-type PartData from BackupSet
 */
final class Restore
{
    /**
     * Unpacks into $to, which must be absent or empty.
     *
     * @param PartData $part
     * @return array{files: int, bytes: int}
     */
    public static function to(Shop $shop, BackupSet $set, array $part, string $path, string $to, Reporter $reporter): array
    {
        if (is_dir($to) && count(scandir($to) ?: []) > 2) {
            throw Failure::preflight('not-empty', sprintf('"%s" is not empty.', $to), 'Give --to a directory that is empty or does not exist yet.');
        }
        if (!is_dir($to)) {
            Tree::privateDirectory($to);
        }

        return self::unpack($shop, $set, $part, $path, $to, $reporter);
    }

    /**
     * Swaps what the archive holds at $path for what the site has there.
     *
     * @param PartData $part
     * @return array{files: int, bytes: int, swapped: list<string>}
     */
    public static function site(Shop $shop, BackupSet $set, array $part, string $path, Reporter $reporter): array
    {
        $stage = Shop::STATE . '/stage/' . Identifier::make();
        $done = false;
        try {
            Tree::privateDirectory($shop->path($stage));
            $unpacked = self::unpack($shop, $set, $part, $path, $shop->path($stage), $reporter);
            $subtrees = Subtrees::find($shop->root, $shop->path($stage), $path, [...$part['exclude'], ...BackupStore::inside($shop, dirname($set->path))]);
            $items = array_map(static fn (string $live): array => ['live' => $live, 'staged' => $stage . '/' . $live], $subtrees);
            self::tellRemoved($shop, $stage, $subtrees, $reporter);
            if ($items === []) {
                throw new Failure(ExitCode::BACKUP, 'no-member', sprintf('The backup holds nothing at "%s".', $path), '"tar --zstd -tf ' . $set->path . '/' . $part['file'] . '" lists what it holds.');
            }
            self::probe($shop, $items, $stage, $reporter);
            Preload::everything();
            Commit::run($shop->root, Shop::STATE, $stage, $items, json_encode(['restore' => $set->id, 'part' => $part['name'], 'path' => $path], JSON_THROW_ON_ERROR));
            $done = true;
        } catch (CoreException $e) {
            $done = $e->getStatus() === 'recovery'; // the stage then holds live entries: recovery needs it
            throw Failure::fromCore($e, ExitCode::BACKUP, $done ? 'The restore failed half-way' : 'The restore failed, the site is as before');
        } finally {
            if (!$done) {
                Tree::remove($shop->path($stage));
            }
        }
        try {
            Undo::keep($shop, $stage);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The restore could not be closed; the next command takes it back');
        }
        $shop->refresh();
        if ($part['name'] === Part::TOOL && $set->tool !== $shop->installed()->toolVersion()) {
            $reporter->warning(sprintf('The tool restored is release %1$s, but composer.lock says %2$s: "migration:tool:upgrade %1$s" makes the files of Composer fit it.', $set->tool, $shop->installed()->toolVersion()));
        }

        return $unpacked + ['swapped' => array_column($items, 'live')];
    }

    /**
     * @param PartData $part
     * @return array{files: int, bytes: int}
     */
    private static function unpack(Shop $shop, BackupSet $set, array $part, string $path, string $to, Reporter $reporter): array
    {
        try {
            if (!$set->isLabel($part['name'], Archive::label($set->path . '/' . $part['file'], Key::read($shop)))) {
                throw new Failure(ExitCode::BACKUP, 'another-archive', sprintf('"%s" is the archive of another backup.', $set->path . '/' . $part['file']), 'Choose another backup: "migration:tool:backup:list".');
            }
            $done = Archive::extract($set->path . '/' . $part['file'], Key::read($shop), $to, $path, false, 0, $reporter->progress(...));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, sprintf('The archive "%s" cannot be restored, nothing was changed', $set->path . '/' . $part['file']));
        } finally {
            $reporter->progressDone();
        }
        foreach ($done['warnings'] as $warning) {
            $reporter->warning($warning);
        }

        return ['files' => $done['files'], 'bytes' => $done['bytes']];
    }

    /** @param list<string> $subtrees */
    private static function tellRemoved(Shop $shop, string $stage, array $subtrees, Reporter $reporter): void
    {
        foreach ($subtrees as $path) {
            $staged = $shop->path($stage . '/' . $path);
            if (!file_exists($staged) && !is_link($staged)) {
                $reporter->warning(sprintf('"%s" is not in the backup and is put away to %s.', $path, $staged));
            }
        }
    }

    /** @param list<array{live: string, staged: string}> $items */
    private static function probe(Shop $shop, array $items, string $stage, Reporter $reporter): void
    {
        $live = array_column($items, 'live');
        Probe::with($shop, $live, $stage, static function (callable $probe) use ($shop, $live, $reporter): void {
            $problems = [];
            foreach ($live as $path) {
                $problems[] = $problem = $probe($path);
                if (!in_array($problem, ['ok', 'two-renames'], true)) {
                    throw Failure::preflight('exchange-' . $problem, sprintf('"%s" cannot be swapped atomically (%s).', $shop->path($path), $problem), 'Restore with --to=DIR and copy by hand.');
                }
            }
            if (in_array('two-renames', $problems, true)) {
                $reporter->warning('The file system cannot swap two entries in one step: each directory that is restored is absent for some milliseconds. Should the run be killed just then, vendor/bin/lockstep-recover brings it back.');
            }
        });
    }
}
