<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\CoreException;
use Lockstep\Database;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;

/**
 * All databases of a shop into one archive, by the dump program that fits the server.
 *
 * @phpstan-type Dumped array{members: int, files: int, bytes: int, stored_bytes: int, frames: int, tables: int, sha256: string, stripped: list<string>}
 */
final class Dump
{
    /** What every dump has, where the program knows it: one snapshot, all kinds of objects, bytes that no charset changes. */
    private const OPTIONS = [
        'single-transaction', 'quick', 'routines', 'triggers', 'events', 'hex-blob', 'no-tablespaces', 'skip-lock-tables' => 'lock-tables',
        'skip-dump-date' => 'dump-date', 'comments', 'default-character-set=utf8mb4' => 'default-character-set', 'max-allowed-packet=1G' => 'max-allowed-packet',
        'column-statistics=0' => 'column-statistics', 'set-gtid-purged=OFF' => 'set-gtid-purged',
    ];
    private const SAFE_ENGINES = ['innodb', 'memory', 'rocksdb', 'tokudb', 'null']; // a view that is broken has none
    private const BASE = "TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'";

    /**
     * @param string $strip groups and tables whose data is left out; empty: none
     * @return Dumped
     */
    public static function write(Connections $connections, string $file, string $key, string $label, int $level, int $threads, string $strip, Reporter $reporter): array
    {
        $members = [];
        $stripped = [];
        $count = 0;
        foreach ($connections->all as $connection) {
            $client = Client::open($connection);
            $program = Program::dump($client->mariaDb);
            $engines = array_column($client->query('SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE ' . self::BASE . ' ORDER BY TABLE_NAME'), 1, 0);
            $tables = array_map('strval', array_keys($engines));
            $without = StripGroups::tables($strip, $connections->prefix, $tables);
            self::warn($engines, $reporter);
            $members[$connection->member()] = ['name' => $connection->member(), 'commands' => self::commands($program, $connection, $without), 'secret' => $connection->secret($program->mariaDb)];
            $stripped = [...$stripped, ...$without];
            $count += count($tables);
        }
        ksort($members, SORT_STRING);
        $progress = static fn (string $table, int $done, int $all, int $bytes, int $allBytes) => $reporter->progress($table === 'dump' ? $table : 'table ' . $table, $done, $all, $bytes, $allBytes);
        try {
            $done = Database::dump($file, $key, array_values($members), Program::environment(), $count, $level, $threads, $label, $progress);
        } catch (CoreException $e) {
            throw new Failure(ExitCode::BACKUP, $e->getStatus(), 'The database could not be dumped, the backup was removed: ' . $e->getMessage(), $e->getHint() !== '' ? $e->getHint() : self::hint($e->getMessage()), [], $e);
        } finally {
            $reporter->progressDone();
        }

        return $done + ['stripped' => $stripped];
    }

    /** Bytes of all tables' rows, as the servers tell. */
    public static function size(Connections $connections): int
    {
        return array_sum(array_map(static fn (Connection $connection): int => (int) (Client::open($connection)->column('SELECT COALESCE(SUM(DATA_LENGTH), 0) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()')[0] ?? 0), $connections->all));
    }

    /**
     * One program, or two where it cannot leave out data alone: the structure of some tables, then all else.
     *
     * @param list<string> $without tables without data
     * @return list<list<string>>
     */
    private static function commands(Program $program, Connection $connection, array $without): array
    {
        $command = [$program->path, $connection->argument()];
        foreach (self::OPTIONS as $key => $value) {
            $option = is_string($key) ? $key : $value;
            if ($program->has($value)) {
                $command[] = '--' . $option;
            }
        }
        $database = $connection->database;
        $each = static fn (string $option): array => array_map(static fn (string $table): string => sprintf('--%s=%s.%s', $option, $database, $table), $without);
        if ($without === [] || $program->has('ignore-table-data')) {
            return [[...$command, ...$each('ignore-table-data'), $database]];
        }
        $structure = [...$command, '--no-data', '--skip-routines', '--skip-events', $database, ...$without];

        return [$structure, [...$command, ...$each('ignore-table'), $database]];
    }

    private static function hint(string $words): string
    {
        return match (true) {
            str_contains($words, 'SHOW CREATE FUNCTION'), str_contains($words, 'SHOW CREATE PROCEDURE') => 'A routine belongs to another database user. Let this one read it (MariaDB: GRANT SELECT ON mysql.proc, from 11.3 on GRANT SHOW CREATE ROUTINE; MySQL: GRANT SHOW_ROUTINE), or give one who may with --defaults-file=FILE.',
            str_contains($words, '1412') => 'A table was altered meanwhile. Run it again.',
            str_contains($words, 'Lost connection'), str_contains($words, 'last line is missing') => 'Did the server stop, or its limit for the length of a query end it? Run it again.',
            default => '',
        };
    }

    /**
     * What no snapshot covers: tables of engines without transactions.
     *
     * @param array<string> $engines by table
     */
    private static function warn(array $engines, Reporter $reporter): void
    {
        $loose = array_map('strval', array_keys(array_filter($engines, static fn (string $engine): bool => !in_array(strtolower($engine), self::SAFE_ENGINES, true))));
        if ($loose !== []) {
            $reporter->warning(sprintf('%d tables are of an engine without transactions, what is written to them meanwhile may be in the dump by halves: %s', count($loose), implode(', ', array_slice($loose, 0, 5)) . (count($loose) > 5 ? ', …' : '')));
        }
    }
}
