<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\SetFiles;

/** Removes a copy: backup.json first, so that one of which only a half went is unfinished, not damaged; then our other files, one by one. */
final class RemoteRemoval
{
    public static function of(BackupSet $set, Storage $storage): void
    {
        $names = $set->files->own;
        if (in_array(SetFiles::MANIFEST, $names, true)) {
            $storage->delete($set->id . '/' . SetFiles::MANIFEST);
        }
        $storage->abortUploads($set->id . '/');
        foreach (array_diff($names, [SetFiles::MANIFEST]) as $name) {
            $storage->delete($set->id . '/' . $name);
        }
    }
}
