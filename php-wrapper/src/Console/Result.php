<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\ExitCode;

/** What a command found or did: its JSON document without status and exit_code, which are made from the exit code. */
final class Result
{
    /** @param array<string, mixed> $data */
    public function __construct(
        public readonly array $data,
        public readonly int $exitCode = ExitCode::DONE,
    ) {
    }
}
