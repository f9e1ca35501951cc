<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Reporter;

/** Keeps what it is told. */
final class SilentReporter implements Reporter
{
    /** @var list<string> */
    public array $lines = [];
    /** @var list<string> */
    public array $warnings = [];

    public function step(int $number, int $of, string $name): void
    {
    }

    public function line(string $text): void
    {
        $this->lines[] = $text;
    }

    public function warning(string $text): void
    {
        $this->warnings[] = $text;
    }

    public function detail(string $text): void
    {
    }

    public function progress(string $phase, int $files, int $filesTotal, int $bytes, int $bytesTotal): void
    {
    }

    public function progressDone(): void
    {
    }
}
