<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\ExitCode;
use Symfony\Component\Console\Output\OutputInterface;

/** What a command found or did: its JSON document without status and exit_code, which are made from the exit code. */
final class Result
{
    /**
     * @param array<string, mixed>                      $data
     * @param ?\Closure(OutputInterface, bool): int $printer what is too long to be held prints itself, in JSON when told so, and returns the exit code
     */
    public function __construct(
        public readonly array $data,
        public readonly int $exitCode = ExitCode::DONE,
        public readonly ?\Closure $printer = null,
    ) {
    }
}
