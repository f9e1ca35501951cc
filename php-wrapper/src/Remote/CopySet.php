<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\SetFiles;

/** Copies one set: its parts, then backup.json, so that a set with it is whole there too. */
final class CopySet
{
    public function __construct(
        private readonly Storage $storage,
        private readonly Upload $upload,
    ) {
    }

    /**
     * @param ?BackupSet $there what the storage has of it
     *
     * @return list<array{name: string, bytes: int, status: string, checked: string}>
     */
    public function run(BackupSet $set, ?BackupSet $there): array
    {
        $manifest = $set->id . '/' . SetFiles::MANIFEST;
        foreach ([SetFiles::VERIFIED, SetFiles::MANIFEST] as $name) { // it is none until all of it is there, and proved, again
            if (in_array($name, $there->files->own ?? [], true) && !self::isWhole($there)) {
                $this->storage->delete($set->id . '/' . $name);
            }
        }
        $this->storage->abortUploads($set->id . '/');
        $done = [];
        foreach ($set->parts as $part) {
            $done[] = $this->upload->file($set->path . '/' . $part['file'], $set->id . '/' . $part['file'], $part['sha256']);
        }
        $done[] = $this->upload->file($set->path . '/' . SetFiles::MANIFEST, $manifest, null);

        return $done;
    }

    /** By what is known without looking at each object. */
    public static function isWhole(?BackupSet $there): bool
    {
        return $there !== null && $there->state === BackupSet::COMPLETE && $there->knownProblem() === '';
    }
}
