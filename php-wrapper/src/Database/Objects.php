<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\CoreException;
use Lockstep\Database;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Process;

/** What a database holds: its tables, and what no rename takes to another database: views, triggers, routines, events. */
final class Objects
{
    /** @var list<string> definers that create() could not name */
    public array $disowned = [];

    /** @var ?array{?list<string>} as Definers tells, once asked */
    private ?array $kept = null;

    /**
     * @param list<string>               $tables
     * @param list<string>               $views
     * @param list<string>               $triggers
     * @param list<array{string, string}> $routines kind and name
     * @param list<string>               $events
     */
    private function __construct(
        private readonly Client $client,
        public readonly array $tables,
        private readonly array $views,
        private readonly array $triggers,
        private readonly array $routines,
        private readonly array $events,
    ) {
    }

    public static function of(Client $client): self
    {
        $routines = [];
        foreach ($client->query('SELECT ROUTINE_TYPE, ROUTINE_NAME FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1, 2') as $row) {
            $routines[] = [$row[0], $row[1] ?? ''];
        }

        return new self(
            $client,
            $client->column("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT LIKE '%VIEW' ORDER BY 1"),
            $client->column("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE LIKE '%VIEW' ORDER BY 1"),
            $client->column('SELECT TRIGGER_NAME FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1'),
            $routines,
            $client->column('SELECT EVENT_NAME FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() ORDER BY 1'),
        );
    }

    /** Statements that drop the triggers. */
    public function dropTriggers(): string
    {
        return $this->drop('TRIGGER', $this->triggers);
    }

    /** Statements that drop views, routines and events. */
    public function dropOthers(): string
    {
        $sql = $this->drop('VIEW', $this->views) . $this->drop('EVENT', $this->events);
        foreach ($this->routines as [$kind, $name]) {
            $sql .= $this->drop($kind, [$name]);
        }

        return $sql;
    }

    /** Statements that drop everything. */
    public function dropAll(): string
    {
        return "SET SESSION foreign_key_checks = 0;\n" . $this->dropTriggers() . $this->dropOthers() . $this->drop('TABLE', $this->tables);
    }

    /** Statements that make triggers, routines, events and views again, in whichever database they are run, with definers that may be named. */
    public function create(): string
    {
        $this->kept ??= [Definers::kept($this->client)];
        $sql = $this->triggers === [] && $this->routines === [] && $this->events === [] ? '' : $this->dump(['--no-create-info', '--no-data', '--triggers', '--routines', '--events', $this->client->connection->database]);

        return $sql . ($this->views === [] ? '' : $this->dump(['--no-data', '--skip-triggers', $this->client->connection->database, ...$this->views]));
    }

    /** @param list<string> $names */
    private function drop(string $kind, array $names): string
    {
        $database = $this->client->name();

        return implode('', array_map(static fn (string $name): string => sprintf("DROP %s IF EXISTS %s.%s;\n", $kind, $database, Client::quoted($name)), $names));
    }

    /** @param list<string> $arguments */
    private function dump(array $arguments): string
    {
        $program = Program::dump($this->client->mariaDb);
        $options = ['--skip-lock-tables', '--default-character-set=utf8mb4'];
        foreach (['no-tablespaces' => '--no-tablespaces', 'set-gtid-purged' => '--set-gtid-purged=OFF', 'column-statistics' => '--column-statistics=0'] as $name => $option) {
            $options = [...$options, ...($program->has($name) ? [$option] : [])];
        }
        try {
            $done = Process::run([$program->path, $this->client->connection->argument(), ...$options, ...$arguments], Program::environment(), secret: $this->client->connection->secret($program->mariaDb));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The dump program could not be started');
        }
        if ($done['status'] !== 0 || preg_match('/^-- Dump completed[^\n]*\n*\z/m', $done['output']) !== 1) {
            throw new Failure(ExitCode::BACKUP, 'database', sprintf('The views, triggers, routines and events of %s could not be read: %s', $this->client->connection, trim($done['errors'])), 'May this user see them (SHOW VIEW, TRIGGER, EVENT, and SELECT on routines)?');
        }

        $filtered = Database::filter($done['output'], $this->kept[0] ?? null);
        $this->disowned = array_values(array_unique([...$this->disowned, ...$filtered['definers']]));

        return $filtered['text'];
    }
}
