<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Database\Connections;
use Lockstep\MigrationTool\Database\Dump;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Remote\Fetched;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * The backup sets of a shop: made, listed, found.
 *
 * @phpstan-import-type PartData from BackupSet
 */
final class BackupStore
{
    private const FORMAT = 1;

    /**
     * Writes one set; without backup.json, its last file, it is no backup. What a failure leaves is removed.
     *
     * @return array{id: string, path: string, parts: list<PartData>}
     */
    public static function create(Shop $shop, BackupOptions $options, Reporter $reporter): array
    {
        $store = self::directory($shop, $options->directory);
        $id = Identifier::make();
        $set = $store . '/' . $id;
        $magento = $shop->installed()->magentoVersion();
        $tool = $shop->installed()->toolVersion();
        $parts = array_map(static fn (string $name): Part => Part::of($name, $shop, self::inside($shop, $store), $options->patterns), $options->parts);
        Estimate::check($shop, $parts, self::own($shop, $options->directory), $store, $options->crossMounts, static fn (): int => Dump::size(Connections::of($shop, $options->defaultsFile)), $reporter);
        $done = [];
        try {
            if (Key::find($shop) === null) {
                $shop->cluster?->confirm(); // two nodes must not make two keys
            }
            $key = Key::make($shop, $reporter);
            $earlier = $options->full ? [] : self::own($shop, $options->directory); // again: a key is known now
            Tree::privateDirectory($set);
            foreach ($parts as $part) {
                $label = json_encode(['set' => $id, 'part' => $part->name, 'magento' => $magento, 'tool' => $tool, 'sealed' => true], JSON_THROW_ON_ERROR);
                $done[] = $written = $part->name === Part::DB ? self::dump($shop, $set, $part, $key, $label, $options, $reporter) : self::write($shop, $set, $part, $key, $label, $options, $earlier, $reporter);
                foreach ($written['warnings'] as $warning) {
                    $reporter->warning($warning);
                }
            }
            $json = ['format' => self::FORMAT, 'id' => $id, 'magento' => $magento, 'tool' => $tool, 'parts' => $done];
            $shop->cluster?->confirm();
            Tree::put($set . '/backup.json', Seal::write($json, $key), 0600);
        } catch (\Throwable $e) {
            $reporter->progressDone();
            Tree::remove($set);
            throw $e instanceof CoreException ? Failure::fromCore($e, $e->getStatus() === 'invalid' ? ExitCode::PREFLIGHT : ExitCode::BACKUP, 'The backup failed and was removed') : $e;
        }

        return ['id' => $id, 'path' => $set, 'parts' => $done];
    }

    /**
     * What did not change since the last backup of the same part is copied from it.
     *
     * @param list<BackupSet> $earlier oldest first
     *
     * @return PartData
     */
    private static function write(Shop $shop, string $set, Part $part, string $key, string $label, BackupOptions $options, array $earlier, Reporter $reporter): array
    {
        $started = microtime(true);
        $parent = BackupSet::last($part, $earlier);
        $linked = $part->link === null ? [] : ['link' => $part->link, 'target' => $part->root($shop)];
        if ($linked !== []) {
            $reporter->line(sprintf('"%s" is a symlink: what it leads to is backed up, "%s".', $part->link, $linked['target']));
        }
        $written = Archive::write(
            $set . '/' . $part->file(),
            $part->root($shop),
            $part->path,
            $key,
            $part->exclude,
            $options->level,
            $options->threads,
            $label,
            $reporter->progress(...),
            $parent['path'] ?? null,
            $parent['data']['sha256'] ?? '',
            $part->patterns,
            $options->crossMounts,
        );
        $reporter->progressDone();
        if ($written['no_parent'] !== null) {
            $reporter->line(sprintf('All of it is made anew, as the last backup (%s) cannot be built on: %s', $parent['path'] ?? '', $written['no_parent']));
        }

        return ['name' => $part->name, 'file' => $part->file(), 'path' => $part->path, 'exclude' => $part->exclude, 'patterns' => $part->patterns] + $linked + ['seconds' => round(microtime(true) - $started, 3)] + $written;
    }

    /** @return PartData */
    private static function dump(Shop $shop, string $set, Part $part, string $key, string $label, BackupOptions $options, Reporter $reporter): array
    {
        $started = microtime(true);
        $written = Dump::write(Connections::of($shop, $options->defaultsFile), $set . '/' . $part->file(), $key, $label, $options->level, $options->threads, $options->strip, $reporter);

        return ['name' => $part->name, 'file' => $part->file(), 'path' => $part->path, 'exclude' => [], 'patterns' => [], 'seconds' => round(microtime(true) - $started, 3)] + $written + ['frames_reused' => 0, 'frames_reread' => 0, 'warnings' => [], 'no_parent' => null];
    }

    /** @return list<BackupSet> oldest first */
    public static function all(Shop $shop, ?string $directory = null): array
    {
        $store = self::directory($shop, $directory);
        $key = Key::find($shop);
        $sets = [];
        if (is_dir($store) && !is_readable($store)) {
            throw Failure::preflight('unreadable', sprintf('The backups in "%s" cannot be read by this user.', $store), 'Run it as the Magento file system owner.');
        }
        foreach (is_dir($store) ? (scandir($store) ?: []) : [] as $name) {
            if (Identifier::matches($name) && is_dir($store . '/' . $name)) {
                $sets[] = BackupSet::read($store . '/' . $name, $key);
            }
        }

        return $sets;
    }

    /** @return list<BackupSet> oldest first; without those of other shops that share the directory */
    public static function own(Shop $shop, ?string $directory = null): array
    {
        $sets = self::all($shop, $directory);
        $key = $sets === [] ? null : Key::find($shop);

        return $key === null ? $sets : array_values(array_filter($sets, static fn (BackupSet $set): bool => Origin::of($set, $key)->status !== Origin::OTHER));
    }

    /** The set with this ID, or with the one ID that begins so; "latest" is the newest complete one of this shop. */
    public static function get(Shop $shop, string $id, ?string $directory = null): BackupSet
    {
        $found = array_values(array_filter(
            $id === 'latest' ? self::own($shop, $directory) : self::all($shop, $directory),
            static fn (BackupSet $set): bool => $id === 'latest' ? $set->state === BackupSet::COMPLETE : ($id !== '' && str_starts_with($set->id, $id)),
        ));
        if ($found === [] || ($id !== 'latest' && count($found) > 1)) {
            throw new Failure(
                ExitCode::BACKUP,
                'no-backup',
                sprintf('%s backup "%s" in "%s".', $found === [] ? 'There is no' : 'There is more than one', $id, self::directory($shop, $directory)),
                '"migration:tool:backup:list" shows the backups; with --directory=DIR those of another directory.',
            );
        }

        return $found[count($found) - 1];
    }

    /** Absolute path of the directory of the sets; one that a web server publishes is refused. */
    public static function directory(Shop $shop, ?string $given): string
    {
        $directory = $given ?? $shop->state('backups');
        if ($directory === '' || $directory[0] !== '/') {
            $directory = getcwd() . '/' . $directory;
        }
        $existing = $directory;
        $rest = '';
        while (!file_exists($existing) && $existing !== '/') {
            $rest = '/' . basename($existing) . $rest;
            $existing = dirname($existing);
        }
        $directory = rtrim((string) realpath($existing), '/') . $rest;
        $docroot = realpath($shop->path('pub'));
        if (preg_match('~(^|/)\.\.?(/|$)~', $rest) === 1 || ($docroot !== false && str_starts_with($directory . '/', $docroot . '/'))) {
            throw Failure::preflight('backup-directory', sprintf('Backups must not lie in "%s".', $directory), 'The web server publishes what is below pub/, and a backup holds app/etc/env.php. Choose a directory outside the docroot.');
        }

        if ($directory !== $shop->state('backups') && str_starts_with($directory . '/', $shop->root . '/') && array_filter(Files::names($directory), static fn (string $name): bool => !Identifier::matches($name) && preg_match(Fetched::NAME, $name) !== 1) !== []) {
            throw Failure::preflight('backup-directory', sprintf('"%s" is a directory of the shop with other things in it.', $directory), 'A backup leaves the directory of the backups out. Choose an empty one, or one outside the shop.');
        }

        return $directory;
    }

    /**
     * The store itself when it lies in the shop: a backup neither holds backups nor is a restore to move them away.
     *
     * @return list<string>
     */
    public static function inside(Shop $shop, string $store): array
    {
        return str_starts_with($store, $shop->root . '/') ? [substr($store, strlen($shop->root) + 1)] : [];
    }
}
