<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/**
 * INT, TERM and HUP end a run at once, in the middle of Composer too, and its stage is removed; once the commit has
 * begun they wait for its end.
 */
final class Signals
{
    private const CAUGHT = [1, 2, 15];
    /** @var array<int, mixed> */
    private array $before = [];

    private bool $told = false;

    /** @param \Closure(): bool $begun */
    private function __construct(private readonly \Closure $begun)
    {
    }

    /** @param \Closure(): bool $begun has the commit begun? */
    public static function catch(\Closure $begun): self
    {
        $signals = new self($begun);
        if (!function_exists('pcntl_signal')) {
            return $signals; // without pcntl the process just ends, and the next run removes the stage
        }
        pcntl_async_signals(true);
        foreach (self::CAUGHT as $number) {
            if (self::isIgnored($number)) {
                continue; // by nohup: the user wants the run to go on
            }
            $signals->before[$number] = pcntl_signal_get_handler($number);
            pcntl_signal($number, $signals->received(...));
        }

        return $signals;
    }

    private static function isIgnored(int $number): bool
    {
        $status = is_readable('/proc/self/status') ? (string) file_get_contents('/proc/self/status') : '';

        return preg_match('/^SigIgn:\s*([0-9a-f]+)/m', $status, $match) === 1 && ((int) hexdec(substr($match[1], -8)) >> ($number - 1) & 1) === 1;
    }

    /** Called by PHP between two instructions, and by the extension while a program runs. */
    private function received(int $number): void
    {
        if (!$this->told && !($this->begun)()) {
            $this->told = true; // what cleans up is not interrupted again
            throw new Failure(ExitCode::UNEXPECTED, 'interrupted', sprintf('Interrupted by signal %d; nothing was changed.', $number));
        }
    }

    public function release(): void
    {
        foreach ($this->before as $number => $handler) {
            pcntl_signal($number, is_callable($handler) || is_int($handler) ? $handler : 0);
        }
        $this->before = [];
    }
}
