<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/** INT, TERM and HUP end an upgrade between two steps, so that its stage is removed; once the commit has begun they wait for its end. */
final class Signals
{
    private const CAUGHT = [1, 2, 15];
    private int $received = 0;

    /** @var array<int, mixed> */
    private array $before = [];

    private function __construct()
    {
    }

    public static function catch(): self
    {
        $signals = new self();
        if (!function_exists('pcntl_signal')) {
            return $signals; // without pcntl the process just ends, and the next run removes the stage
        }
        pcntl_async_signals(true);
        foreach (self::CAUGHT as $number) {
            $signals->before[$number] = pcntl_signal_get_handler($number);
            pcntl_signal($number, function () use ($signals, $number): void {
                $signals->received = $number;
            });
        }

        return $signals;
    }

    public function stopIfAsked(): void
    {
        if ($this->received !== 0) {
            throw new Failure(ExitCode::UNEXPECTED, 'interrupted', sprintf('Interrupted by signal %d; nothing was changed.', $this->received));
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
