<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/** The swaps of all databases of a shop: all tables on one server change places in one statement. */
final class Swaps
{
    private const LOCK_SECONDS = 60;

    /**
     * From any state: of the beginning, or of one that a kill left. On failure all of them are as before.
     *
     * @param list<Swap> $swaps
     */
    public static function perform(array $swaps): void
    {
        self::moving($swaps, true);
        try {
            self::forward($swaps);
        } catch (Failure $e) {
            self::undo($swaps, $e);
        }
        self::moving($swaps, false);
    }

    /** @param list<Swap> $swaps */
    public static function forward(array $swaps): void
    {
        foreach (self::servers($swaps) as $together) {
            self::rename($together, static fn (Swap $swap): array => $swap->forward());
        }
        foreach ($swaps as $swap) {
            $swap->complete(true);
        }
    }

    /** @param list<Swap> $swaps */
    public static function back(array $swaps): void
    {
        foreach (self::servers($swaps) as $together) {
            self::rename($together, static fn (Swap $swap): array => $swap->backward());
        }
        foreach ($swaps as $swap) {
            $swap->complete(false);
        }
    }

    /** @param list<Swap> $swaps */
    private static function undo(array $swaps, Failure $cause): never
    {
        try {
            self::back($swaps);
        } catch (Failure $e) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'database-half', sprintf('The restore stopped (%s), and could not be taken back (%s).', $cause->getMessage(), $e->getMessage()), ucfirst(implode('; ', array_map(static fn (Swap $swap): string => $swap->places(), $swaps))) . '. Once the cause is mended, "migration:tool:recover" brings it to an end.', [], $e);
        }
        self::moving($swaps, false);
        $disowned = array_values(array_unique(array_merge(...array_map(static fn (Swap $swap): array => $swap->disowned, $swaps))));
        $owners = $disowned === [] ? '' : sprintf(' (but that what belonged to %s is this user\'s now)', implode(', ', $disowned));
        throw new Failure(ExitCode::BACKUP, $cause->error, sprintf('The restored tables could not be swapped in, the database is as before%s: %s', $owners, $cause->getMessage()), $cause->hint !== '' ? $cause->hint : 'Is a long query running on it? "SHOW PROCESSLIST" tells.', [], $cause);
    }

    /**
     * @param non-empty-list<Swap>          $together
     * @param callable(Swap): list<string> $pairs
     */
    private static function rename(array $together, callable $pairs): void
    {
        $all = array_merge(...array_map($pairs, $together));
        $sql = sprintf("SET SESSION lock_wait_timeout = %d;\nSET SESSION foreign_key_checks = 0;\n", self::LOCK_SECONDS) . implode('', array_map(static fn (Swap $swap): string => $swap->loosen(), $together));
        $together[0]->live->execute($sql . ($all === [] ? '' : 'RENAME TABLE ' . implode(",\n", $all) . ";\n"));
    }

    /**
     * @param list<Swap> $swaps
     * @return array<string, non-empty-list<Swap>>
     */
    private static function servers(array $swaps): array
    {
        $servers = [];
        foreach ($swaps as $swap) {
            $servers[$swap->live->connection->server()][] = $swap;
        }

        return $servers;
    }

    /** @param list<Swap> $swaps */
    private static function moving(array $swaps, bool $are): void
    {
        foreach ($swaps as $swap) {
            $swap->isMoving = $are;
        }
    }
}
