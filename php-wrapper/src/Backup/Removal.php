<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Tree;

/** Removes a set: backup.json first, so that a kill leaves what is seen to be no backup; then our files, one by one, and the directory. */
final class Removal
{
    public static function of(BackupSet $set): void
    {
        try {
            if (in_array(SetFiles::MANIFEST, $set->files->own, true)) {
                Tree::remove($set->path . '/' . SetFiles::MANIFEST);
                Tree::sync($set->path);
            }
            foreach ($set->files->own as $name) {
                Tree::remove($set->path . '/' . $name);
            }
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, sprintf('Backup %s could not be removed', $set->id));
        }
        if (!@rmdir($set->path)) { // what came meanwhile is not ours: it stays, and the directory with it
            throw new Failure(ExitCode::BACKUP, 'not-removed', sprintf('The files of backup %s were removed, but not its directory "%s".', $set->id, $set->path), 'Look what is in it, and whether the directory above can be written.');
        }
    }
}
