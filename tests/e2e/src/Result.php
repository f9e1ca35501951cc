<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** How a program ended. */
final class Result
{
    public function __construct(
        public readonly string $command,
        public readonly int $exit,
        public readonly string $stdout,
        public readonly string $stderr,
        public readonly bool $killed = false,
    ) {
    }

    /** The one JSON document on stdout. @return array<string, mixed> */
    public function json(): array
    {
        try {
            return json_decode($this->stdout, true, 64, JSON_THROW_ON_ERROR);
        } catch (\JsonException $e) {
            throw new \RuntimeException("stdout is not one JSON document ({$e->getMessage()}):\n$this", 0, $e);
        }
    }

    public function all(): string
    {
        return $this->stdout . $this->stderr;
    }

    public function __toString(): string
    {
        return sprintf("\$ %s\nexit %d%s\n--- stdout\n%s\n--- stderr\n%s", $this->command, $this->exit, $this->killed ? ' (killed)' : '', $this->stdout, $this->stderr);
    }
}
