<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** What a running operation tells a person while it runs. Everything goes to stderr; the result is no business of it. */
interface Reporter
{
    /** A numbered step begins: "[3/11] Stage". */
    public function step(int $number, int $of, string $name): void;

    /** A line of what was found or done. */
    public function line(string $text): void;

    /** A line that asks for attention but stops nothing. */
    public function warning(string $text): void;

    /** A line for -v only; Composer's output comes here, chunk by chunk. */
    public function detail(string $text): void;

    /** Progress of a core operation; totals are 0 while unknown. Fits the extension's $progress callback. */
    public function progress(string $phase, int $files, int $filesTotal, int $bytes, int $bytesTotal): void;

    /** The operation that reported progress has ended. */
    public function progressDone(): void;
}
