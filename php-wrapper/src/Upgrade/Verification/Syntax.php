<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Process;

/** Compiles a PHP file: what both sides added in different places parses, but is declared twice, and only compiling tells. */
final class Syntax
{
    private const TIMEOUT = 120;

    /** @param array<string, string> $environment */
    public function __construct(
        private readonly string $php,
        private readonly array $environment,
    ) {
    }

    /** By the PHP that runs the shop's Composer. */
    public static function of(Run $run): self
    {
        return new self($run->composer()->php, $run->composer()->environment()->plain($run->stage()->temporary()));
    }

    /** What PHP has against a file of the tool in $tool; null: nothing. */
    public function fault(string $tool, string $path): ?string
    {
        $result = Process::run([$this->php, '-n', '-d', 'display_errors=stderr', '-l', $path], $this->environment, $tool, null, '', null, self::TIMEOUT);

        return $result['status'] === 0 ? null : trim($result['errors'] . "\n" . $result['output']);
    }
}
