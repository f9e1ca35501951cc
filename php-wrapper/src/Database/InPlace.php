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
            return self::fill($live, $pour);
        } catch (Failure $e) {
            self::back($live, $back, $backup, $e);
            throw new Failure(ExitCode::BACKUP, $e->error, 'The database could not be restored, and is again what it was: ' . $e->getMessage(), $e->hint, [], $e);
        }
    }

    /**
     * @param callable(): void $pour
     * @return int tables that it has then
     */
    public static function fill(Client $live, callable $pour): int
    {
        $live->execute(Objects::of($live)->dropAll());
        $pour();

        return count(Objects::of($live)->tables);
    }

    /** @param callable(): void $back */
    public static function back(Client $live, callable $back, string $backup, Failure $cause): void
    {
        try {
            self::fill($live, $back);
        } catch (Failure $e) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'database-half', sprintf('The restore stopped (%s), and what was there could not be put back (%s).', $cause->getMessage(), $e->getMessage()), sprintf('What was there is in backup %1$s: once the cause is mended, "migration:tool:recover" puts it back, and so does "migration:tool:backup:restore %1$s --db".', $backup), [], $e);
        }
    }
}
