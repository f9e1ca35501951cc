<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Tree;

/**
 * A new database beside the live one, whose tables change places with the live tables in one statement.
 *
 * No rename takes triggers, views, routines and events to another database: triggers are dropped before, and all of them made
 * again after. What the live database had of these is kept in a file meanwhile.
 */
final class Swap
{
    private const LOCK_SECONDS = 60;

    /** Are live tables on their way? Then nothing is dropped. */
    private bool $moving = false;

    private function __construct(
        private readonly Client $live,
        public readonly Client $new,
        private readonly Client $old,
        private readonly string $file,
    ) {
    }

    /** Makes the new database; null where this user may not. */
    public static function begin(Client $live, string $directory): ?self
    {
        $id = bin2hex(random_bytes(3));
        $base = self::base($live);
        $swap = new self($live, $live->of("{$base}_lockstep_$id"), $live->of("{$base}_lockstep_old_$id"), $directory . "/database-$id.sql");
        $charset = $live->query('SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = DATABASE()')[0] ?? ['utf8mb4', 'utf8mb4_general_ci'];
        $made = null;
        try {
            foreach ([$swap->new, $swap->old] as $one) {
                $live->execute(sprintf('CREATE DATABASE %s CHARACTER SET %s COLLATE %s;', $one->name(), $charset[0], $charset[1] ?? ''));
                $made = $one;
            }
        } catch (Failure $e) {
            if ($made !== null) {
                $live->execute("DROP DATABASE {$made->name()};");
            }
            if (preg_match('/ERROR (1044|1142|1227)\b/', $e->getMessage()) === 1) {
                return null;
            }
            throw $e;
        }

        return $swap;
    }

    /** @return list<string> databases that killed restores left */
    public static function left(Client $live): array
    {
        $prefix = self::base($live) . '_lockstep_';

        return $live->column(sprintf('SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE LEFT(SCHEMA_NAME, %d) = CONVERT(0x%s USING utf8) ORDER BY 1', mb_strlen($prefix), bin2hex($prefix)));
    }

    /** Names have 64 characters. */
    private static function base(Client $live): string
    {
        return mb_substr($live->connection->database, 0, 40);
    }

    /** @return int tables that are live now */
    public function perform(): int
    {
        $before = Objects::of($this->live);
        $after = Objects::of($this->new);
        $restored = $before->create();
        $made = $after->create();
        Tree::put($this->file, sprintf("-- Triggers, routines, events and views of the database %s before its restore; its tables went to %s.\n", $this->live->name(), $this->old->name()) . $restored, 0600);
        $session = sprintf("SET SESSION lock_wait_timeout = %d;\nSET SESSION foreign_key_checks = 0;\n", self::LOCK_SECONDS);
        $renamed = false;
        $this->moving = true;
        try {
            $this->live->execute($session . $before->dropTriggers() . $after->dropTriggers() . self::rename([...self::pairs($before, $this->live, $this->old), ...self::pairs($after, $this->new, $this->live)]));
            $renamed = true;
            $this->live->execute($before->dropOthers() . $made);
        } catch (Failure $e) {
            $this->undo($before, $after, $restored, $renamed, $session, $e);
        }
        $this->moving = false;
        unlink($this->file);

        return count($after->tables);
    }

    /** Drops what is not live; nothing when a swap stopped half-way. */
    public function end(bool $keepOld): void
    {
        if ($this->moving) {
            return;
        }
        $this->live->execute("DROP DATABASE IF EXISTS {$this->new->name()};\n" . ($keepOld ? '' : "DROP DATABASE IF EXISTS {$this->old->name()};\n"));
    }

    /** The database with the tables that were live. */
    public function old(): string
    {
        return $this->old->connection->database;
    }

    private function undo(Objects $before, Objects $after, string $restored, bool $renamed, string $session, Failure $cause): never
    {
        try {
            if ($renamed) {
                $live = Objects::of($this->live);
                $this->live->execute($session . $live->dropTriggers() . $live->dropOthers() . self::rename([...self::pairs($after, $this->live, $this->new), ...self::pairs($before, $this->old, $this->live)]));
            }
            $this->live->execute($before->dropTriggers() . $restored);
            $this->moving = false;
            unlink($this->file);
        } catch (Failure $e) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'database-half', sprintf('The restore stopped (%s), and could not be taken back (%s).', $cause->getMessage(), $e->getMessage()), sprintf('The tables that were live are in %s or %s; the triggers, routines, events and views are in "%s". Run the restore again, or put them back by hand.', $this->live->name(), $this->old->name(), $this->file), [], $e);
        }
        $owners = $before->disowned === [] ? '' : sprintf(' (but that what belonged to %s is this user\'s now)', implode(', ', $before->disowned));
        throw new Failure(ExitCode::BACKUP, $cause->error, sprintf('The restored tables could not be swapped in, the database is as before%s: %s', $owners, $cause->getMessage()), $cause->hint !== '' ? $cause->hint : 'Is a long query running on it? "SHOW PROCESSLIST" tells.', [], $cause);
    }

    /** @return list<string> */
    private static function pairs(Objects $objects, Client $from, Client $to): array
    {
        return array_map(static fn (string $table): string => sprintf('%s.%s TO %s.%s', $from->name(), Client::quoted($table), $to->name(), Client::quoted($table)), $objects->tables);
    }

    /** @param list<string> $pairs */
    private static function rename(array $pairs): string
    {
        return $pairs === [] ? '' : 'RENAME TABLE ' . implode(",\n", $pairs) . ";\n";
    }
}
