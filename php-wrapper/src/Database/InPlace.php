<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/** A restore into the live database itself, for users who may make no other: emptied, filled, and on failure filled from the backup made before. */
final class InPlace
{
    /**
     * @param callable(): void $pour   the backup that is wanted
     * @param callable(): void $back   the backup that was made just before
     * @param string           $backup its ID
     */
    public static function perform(Client $live, callable $pour, callable $back, string $backup): int
    {
        try {
            $live->execute(Objects::of($live)->dropAll());
            $pour();

            return count(Objects::of($live)->tables);
        } catch (Failure $e) {
            try {
                $live->execute(Objects::of($live)->dropAll());
                $back();
            } catch (Failure $second) {
                throw new Failure(ExitCode::PERSON_NEEDED, 'database-half', sprintf('The restore stopped (%s), and what was there could not be put back (%s).', $e->getMessage(), $second->getMessage()), sprintf('What was there is in backup %s: once the cause is mended, "migration:tool:backup:restore %s --db".', $backup, $backup), [], $second);
            }
            throw new Failure(ExitCode::BACKUP, $e->error, 'The database could not be restored, and is again what it was: ' . $e->getMessage(), $e->hint, [], $e);
        }
    }
}
