<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

/** The user's editor on the terminal: $VISUAL, else $EDITOR, else vi; with options of its own, as git and crontab take it. */
final class Editor
{
    private const INTERRUPT = 2;

    /** @return bool did it end well? */
    public static function open(string $file): bool
    {
        $editor = getenv('VISUAL') ?: (getenv('EDITOR') ?: 'vi');
        $terminal = is_resource(@fopen('/dev/tty', 'r+')) ? [['file', '/dev/tty', 'r'], ['file', '/dev/tty', 'w'], ['file', '/dev/tty', 'w']] : [STDIN, STDOUT, STDERR];
        $restore = self::ignoreInterrupts();
        try {
            $process = proc_open(['sh', '-c', $editor . ' "$1"', 'sh', $file], $terminal, $pipes);

            return is_resource($process) && proc_close($process) === 0;
        } finally {
            $restore();
        }
    }

    /** Ctrl-C is the editor's. */
    private static function ignoreInterrupts(): \Closure
    {
        if (!function_exists('pcntl_signal')) {
            return static function (): void {
            };
        }
        $before = pcntl_signal_get_handler(self::INTERRUPT);
        pcntl_signal(self::INTERRUPT, static function (): void {
        });

        return static function () use ($before): void {
            pcntl_signal(self::INTERRUPT, $before);
        };
    }
}
