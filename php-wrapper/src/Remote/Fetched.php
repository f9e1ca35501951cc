<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\CoreException;
use Lockstep\Lock;
use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\SetFiles;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Platform;
use Lockstep\Tree;

/**
 * A set, or some parts of it, brought from a storage into a directory of its own among the backups, for as long as it is needed.
 *
 * @phpstan-import-type PartData from BackupSet
 */
final class Fetched
{
    public const NAME = '/^\.fetched-\d{8}T\d{6}Z-[0-9a-f]{6}$/D';

    private ?Lock $lock = null;

    private function __construct(
        public readonly BackupSet $set,
        private readonly string $directory,
    ) {
    }

    /**
     * @param list<PartData> $parts those that are wanted
     */
    public static function of(Shop $shop, ?string $directory, Storage $storage, BackupSet $set, array $parts, Reporter $reporter): self
    {
        $store = BackupStore::directory($shop, $directory);
        Tree::privateDirectory($store);
        self::clear($store);
        self::room($store, $set, $parts);
        $place = $store . '/.fetched-' . Identifier::make();
        Tree::privateDirectory($place . '/' . $set->id);
        $lock = Lock::acquire($place);
        try {
            foreach ($parts as $part) {
                self::file($storage, $set->id . '/' . $part['file'], $place . '/' . $set->id . '/' . $part['file'], $part, $reporter);
            }
            $manifest = $set->id . '/' . SetFiles::MANIFEST;
            $told = $storage->look($manifest);
            Tree::put($place . '/' . $manifest, $told === null ? '' : $storage->get($manifest, $told));

            $fetched = new self(BackupSet::read($place . '/' . $set->id, Key::find($shop), array_column($parts, 'name')), $place);
            $fetched->lock = $lock;

            return $fetched;
        } catch (\Throwable $e) {
            $reporter->progressDone();
            $lock->release();
            Tree::remove($place);
            throw $e;
        }
    }

    public function remove(): void
    {
        $this->lock?->release();
        Tree::remove($this->directory);
    }

    /** Of a set of the storage: the directory of the backups above it, not the one of the moment. */
    public static function store(string $set): string
    {
        $above = dirname($set);

        return preg_match(self::NAME, basename($above)) === 1 ? dirname($above) : $above;
    }

    /** What killed runs left: nobody holds it. */
    private static function clear(string $store): void
    {
        foreach (Files::names($store) as $name) {
            if (preg_match(self::NAME, $name) === 1) {
                try {
                    Lock::acquire($store . '/' . $name)->release();
                    Tree::remove($store . '/' . $name);
                } catch (CoreException) {
                    continue; // it is in use, or another user's
                }
            }
        }
    }

    /** @param list<PartData> $parts */
    private static function room(string $store, BackupSet $set, array $parts): void
    {
        $needed = array_sum(array_column($parts, 'stored_bytes'));
        $free = Platform::space($store)['bytes'];
        if ($free < $needed) {
            throw new Failure(ExitCode::BACKUP, 'no-space', sprintf('Backup %s is fetched first: %s are needed, but only %s are free on the file system of "%s".', $set->id, Terminal::bytes($needed), Terminal::bytes($free), $store), 'Give another file system with --directory, or name the part that you need.', ['needed_bytes' => $needed, 'free_bytes' => $free]);
        }
    }

    /** @param PartData $part */
    private static function file(Storage $storage, string $path, string $file, array $part, Reporter $reporter): void
    {
        $out = fopen($file, 'xb');
        if ($out === false) {
            throw new Failure(ExitCode::BACKUP, 'unwritable', sprintf('"%s" cannot be written.', $file), Failure::HINTS['access']);
        }
        chmod($file, 0600);
        $hash = hash_init('sha256');
        $bytes = 0;
        $storage->read($path, static function (string $chunk) use ($out, $hash, &$bytes, $part, $file, $reporter): void {
            $bytes += strlen($chunk);
            if ($bytes > $part['stored_bytes'] || fwrite($out, $chunk) !== strlen($chunk)) {
                throw new Failure(ExitCode::BACKUP, 'unwritable', sprintf('"%s" cannot be written, or is longer than it should be.', $file), Failure::HINTS['no-space']);
            }
            hash_update($hash, $chunk);
            $reporter->progress('fetch ' . $part['file'], 0, 0, $bytes, $part['stored_bytes']);
        });
        $reporter->progressDone();
        fclose($out);
        if ($bytes < $part['stored_bytes']) {
            throw new Failure(ExitCode::BACKUP, 'remote-network', sprintf('"%s" ended after %d of %d bytes: the connection was cut.', $storage->settings->place($path), $bytes, $part['stored_bytes']), 'Run it again.');
        }
        if (hash_final($hash) !== $part['sha256']) {
            $reporter->warning(sprintf('"%s" is not what backup.json tells: it was changed or damaged there.', $storage->settings->place($path)));
        }
    }
}
