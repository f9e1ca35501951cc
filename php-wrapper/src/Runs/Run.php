<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Identifier;

/** One run of a job: asked for by whom, started, ended, and how. Its JSON file is this, key by key. */
final class Run
{
    /**
     * @param list<string>              $command  arguments of vendor/bin/lockstep
     * @param int                       $limit    seconds after which it is ended
     * @param ?int                      $exitCode null while it runs, and when it died
     * @param array<string, mixed>|null $result   the JSON document that it printed
     */
    public function __construct(
        public readonly string $id,
        public readonly string $job,
        public readonly string $trigger,
        public readonly array $command,
        public readonly Process $process,
        public readonly string $started,
        public readonly int $limit,
        public readonly ?string $ended = null,
        public readonly ?int $exitCode = null,
        public readonly string $message = '',
        public readonly ?array $result = null,
    ) {
    }

    /** @param list<string> $command */
    public static function begin(string $job, string $trigger, array $command, int $limit): self
    {
        return new self(Identifier::make(), $job, $trigger, $command, Process::own(), gmdate('Y-m-d\TH:i:s\Z'), $limit);
    }

    /** @param array<string, mixed>|null $result */
    public function end(?int $exitCode, string $message, ?array $result): self
    {
        return new self($this->id, $this->job, $this->trigger, $this->command, $this->process, $this->started, $this->limit, gmdate('Y-m-d\TH:i:s\Z'), $exitCode, $message, $result);
    }

    public function outcome(): Outcome
    {
        if ($this->ended === null) {
            return $this->process->lives($this->started, $this->limit) ? Outcome::Running : Outcome::Died;
        }

        return match ($this->exitCode) {
            ExitCode::DONE => Outcome::Done,
            ExitCode::ACTION_REQUIRED => Outcome::ActionRequired,
            ExitCode::CONFLICT, ExitCode::PREFLIGHT, ExitCode::NO_RELEASE => Outcome::Refused,
            ExitCode::LOCKED => Outcome::Busy,
            null => Outcome::Died,
            default => Outcome::Failed,
        };
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return [
            'id' => $this->id,
            'job' => $this->job,
            'trigger' => $this->trigger,
            'command' => $this->command,
            'process' => $this->process->toArray(),
            'started' => $this->started,
            'limit' => $this->limit,
            'ended' => $this->ended,
            'outcome' => $this->outcome()->value,
            'exit_code' => $this->exitCode,
            'message' => $this->message,
            'result' => $this->result,
        ];
    }

    /** @param array<mixed> $data of toArray(), perhaps of another version: what is missing or of another type is empty */
    public static function fromArray(array $data): ?self
    {
        $text = static fn (string $key): string => is_string($data[$key] ?? null) ? $data[$key] : '';
        $number = static fn (string $key): ?int => is_int($data[$key] ?? null) ? $data[$key] : null;
        if (!Identifier::matches($text('id'))) {
            return null;
        }
        $command = is_array($data['command'] ?? null) ? array_values(array_filter($data['command'], 'is_string')) : [];
        $result = null;
        if (is_array($data['result'] ?? null)) {
            /** @var array<string, mixed> $result a JSON object */
            $result = $data['result'];
        }

        return new self($text('id'), $text('job'), $text('trigger'), $command, Process::fromArray($data['process'] ?? null), $text('started'), $number('limit') ?? 0, $text('ended') === '' ? null : $text('ended'), $number('exit_code'), $text('message'), $result);
    }
}
