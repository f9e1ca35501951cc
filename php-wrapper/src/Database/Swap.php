<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\Failure;
use Lockstep\Tree;

/**
 * A new database beside the live one, whose tables change places with the live tables, and a third that takes those (Swaps).
 *
 * No rename takes triggers, views, routines and events to another database: triggers are dropped before, and all of them made
 * again after; what both databases had of these is kept in files meanwhile. Which tables moved is asked of the server, never
 * remembered, so that after a kill all of it can be done again.
 */
final class Swap
{
    /** Are live tables on their way? Then nothing is dropped. */
    public bool $isMoving = false;

    /** @var list<string> definers that the live triggers, routines, events and views cannot be given again */
    public array $disowned = [];

    /**
     * @param list<string> $before tables of the live database
     * @param list<string> $after  tables of the new one
     */
    private function __construct(
        public readonly string $id,
        public readonly Client $live,
        public readonly Client $new,
        private readonly Client $old,
        private readonly string $file,
        public array $before = [],
        public array $after = [],
    ) {
    }

    /** Makes the new database; null where this user may not. */
    public static function begin(Client $live, string $directory): ?self
    {
        $swap = self::of($live, $directory, bin2hex(random_bytes(3)), [], []);
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

    /**
     * One that was begun before.
     *
     * @param list<string> $before
     * @param list<string> $after
     */
    public static function of(Client $live, string $directory, string $id, array $before, array $after): self
    {
        $base = self::base($live);

        return new self($id, $live, $live->of("{$base}_lockstep_$id"), $live->of("{$base}_lockstep_old_$id"), $directory . "/database-$id", $before, $after);
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

    /** The new database is filled: everything is read and written down that is needed from now on. */
    public function prepare(): void
    {
        $before = Objects::of($this->live);
        $after = Objects::of($this->new);
        $this->before = $before->tables;
        $this->after = $after->tables;
        Tree::put($this->file . '.sql', sprintf("-- Triggers, routines, events and views of the database %s before its restore; its tables go to %s.\n", $this->live->name(), $this->old->name()) . $before->create(), 0600);
        Tree::put($this->file . '.new.sql', sprintf("-- Triggers, routines, events and views that the database %s gets by its restore; its tables come from %s.\n", $this->live->name(), $this->new->name()) . $after->create(), 0600);
        $this->disowned = $before->disowned;
    }

    /** Has a table moved already? */
    public function hasMoved(): bool
    {
        return $this->movedBefore() !== [] || $this->movedAfter() !== [];
    }

    /** Statements without which no table with triggers could move, in either direction. */
    public function loosen(): string
    {
        return Objects::of($this->live)->dropTriggers() . (in_array($this->new->connection->database, self::left($this->live), true) ? Objects::of($this->new)->dropTriggers() : '');
    }

    /** @return list<string> renames that are still to be done */
    public function forward(): array
    {
        return [...self::pairs(array_diff($this->before, $this->movedBefore()), $this->live, $this->old), ...self::pairs(array_diff($this->after, $this->movedAfter()), $this->new, $this->live)];
    }

    /** @return list<string> renames that undo those that were done */
    public function backward(): array
    {
        return [...self::pairs($this->movedAfter(), $this->live, $this->new), ...self::pairs($this->movedBefore(), $this->old, $this->live)];
    }

    /** Gives the live database the triggers, routines, events and views that belong to its tables. */
    public function complete(bool $restored): void
    {
        $live = Objects::of($this->live);
        $this->live->execute($live->dropTriggers() . $live->dropOthers() . file_get_contents($this->file . ($restored ? '.new.sql' : '.sql')));
    }

    /** Drops what is not live; nothing when a swap stopped half-way. */
    public function end(bool $keepOld): void
    {
        if ($this->isMoving) {
            return;
        }
        foreach (['.sql', '.new.sql'] as $suffix) {
            Tree::remove($this->file . $suffix);
        }
        $this->live->execute("DROP DATABASE IF EXISTS {$this->new->name()};\n" . ($keepOld ? '' : "DROP DATABASE IF EXISTS {$this->old->name()};\n"));
    }

    /** The database with the tables that were live. */
    public function old(): string
    {
        return $this->old->connection->database;
    }

    /** For people: where all of it lies. */
    public function places(): string
    {
        return sprintf('the tables that were live are in %s or %s, their triggers, routines, events and views in "%s.sql"', $this->live->name(), $this->old->name(), $this->file);
    }

    /** @return list<string> */
    private function movedBefore(): array
    {
        return array_values(array_intersect($this->before, $this->tables($this->old)));
    }

    /** @return list<string> */
    private function movedAfter(): array
    {
        return array_values(array_diff($this->after, $this->tables($this->new)));
    }

    /** @return list<string> */
    private function tables(Client $of): array
    {
        return $this->live->column(sprintf("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = CONVERT(0x%s USING utf8) AND TABLE_TYPE NOT LIKE '%%VIEW'", bin2hex($of->connection->database)));
    }

    /**
     * @param array<string> $tables
     * @return list<string>
     */
    private static function pairs(array $tables, Client $from, Client $to): array
    {
        return array_map(static fn (string $table): string => sprintf('%s.%s TO %s.%s', $from->name(), Client::quoted($table), $to->name(), Client::quoted($table)), array_values($tables));
    }
}
