<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Process;

/** Compiles a PHP file: what both sides added in different places parses, but is declared twice, and only compiling tells. */
final class Syntax
{
    private const TIMEOUT = 120;

    /** What the shop's PHP has against a file of the tool in $tool; null: nothing. */
    public static function fault(Run $run, string $tool, string $path): ?string
    {
        $stage = $run->stage();
        $result = Process::run(
            [$run->composer()->php, '-n', '-d', 'display_errors=stderr', '-l', $path],
            $run->composer()->environment()->plain($stage->temporary()),
            $tool,
            null,
            '',
            null,
            self::TIMEOUT,
        );

        return $result['status'] === 0 ? null : trim($result['errors'] . "\n" . $result['output']);
    }
}
