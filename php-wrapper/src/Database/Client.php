<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Process;

/** One database, asked and changed by the server's own client program. */
final class Client
{
    /** @var array<string, bool> is it MariaDB's? By place of the server, asked once in a run */
    private static array $servers = [];

    private function __construct(
        public readonly Connection $connection,
        public readonly Program $program,
        public readonly bool $mariaDb,
        private readonly ?string $lock = null,
    ) {
    }

    public static function open(Connection $connection): self
    {
        $any = Program::client();
        $mariaDb = self::$servers[$connection->server()] ??= str_contains((new self($connection, $any, $any->mariaDb))->query('SELECT VERSION()')[0][0] ?? '', 'MariaDB');

        return new self($connection, Program::client($mariaDb), $mariaDb);
    }

    /** The same server, another database. */
    public function of(string $database): self
    {
        return new self($this->connection->withDatabase($database), $this->program, $this->mariaDb, $this->lock);
    }

    /** The same, each of whose sessions holds this lock of the server, where it has such locks: what a killed run left running there can be waited for. */
    public function locked(string $lock): self
    {
        try {
            return $this->waitFor($lock, 0) ? new self($this->connection, $this->program, $this->mariaDb, $lock) : $this;
        } catch (Failure) { // some clusters forbid them
            return $this;
        }
    }

    /** Are all sessions with this lock over? */
    public function waitFor(string $lock, int $seconds): bool
    {
        return ($this->column(sprintf("SELECT GET_LOCK('%s', %d)", $lock, $seconds))[0] ?? '') === '1';
    }

    /** @return list<list<string>> */
    public function query(string $sql): array
    {
        $rows = [];
        foreach (explode("\n", $this->execute($sql)) as $line) {
            if ($line !== '') {
                $rows[] = array_map(static fn (string $field): string => strtr($field, ['\\\\' => '\\', '\\n' => "\n", '\\t' => "\t", '\\0' => "\0"]), explode("\t", $line));
            }
        }

        return $rows;
    }

    /** @return list<string> the first column */
    public function column(string $sql): array
    {
        return array_column($this->query($sql), 0);
    }

    /** Runs statements up to the first that fails, and returns what they print. */
    public function execute(string $sql): string
    {
        try {
            $done = Process::run([...$this->command(), '--batch', '--skip-column-names'], Program::environment(), input: $sql, secret: $this->secret());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The database\'s client could not be started');
        }
        if ($done['status'] !== 0) {
            throw $this->failed($done['errors']);
        }

        return $done['output'];
    }

    /**
     * The client on this database, reading statements.
     *
     * @return non-empty-list<string>
     */
    public function command(): array
    {
        $more = array_filter(['binary-mode', 'sandbox'], $this->program->has(...));
        $lock = $this->lock === null ? [] : [sprintf("--init-command=DO GET_LOCK('%s', 20)", $this->lock)];

        return [$this->program->path, $this->connection->argument(), '--no-auto-rehash', '--default-character-set=utf8mb4', '--max-allowed-packet=1G', '--connect-timeout=20', ...$lock, ...array_map(static fn (string $option): string => '--' . $option, array_values($more)), $this->connection->database];
    }

    public function secret(): string
    {
        return $this->connection->secret($this->program->mariaDb);
    }

    /** The database's name for statements. */
    public function name(): string
    {
        return self::quoted($this->connection->database);
    }

    public static function quoted(string $name): string
    {
        return '`' . str_replace('`', '``', $name) . '`';
    }

    private function failed(string $errors): Failure
    {
        $words = trim((string) preg_replace('/\s+/', ' ', (string) preg_replace('/^-{5,}$.*?^-{5,}$/ms', '', $errors)));

        return new Failure(
            ExitCode::BACKUP,
            'database',
            sprintf('The database %s says: %s', $this->connection, $words),
            match (true) {
                str_contains($words, 'ERROR 1045') => 'Does the shop itself reach it? Its user and password stand in app/etc/env.php; or give others with --defaults-file=FILE.',
                str_contains($words, 'ERROR 2002'), str_contains($words, 'ERROR 2003'), str_contains($words, 'ERROR 2005') => 'Is the server running, and reachable from this machine?',
                default => '',
            },
        );
    }
}
