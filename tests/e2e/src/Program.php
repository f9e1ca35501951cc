<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** Runs a program without a shell, a terminal or input, in a process group of its own. */
final class Program
{
    /**
     * @param list<string>          $command
     * @param array<string, string> $environment complete
     * @param float                 $killAfter   seconds until the program and all that it started get SIGKILL; 0 for never
     */
    public static function run(array $command, string $directory, array $environment, float $killAfter = 0.0): Result
    {
        return self::watched($command, $directory, $environment, static function (int $pid, callable $running) use ($killAfter): int {
            if ($killAfter <= 0.0) {
                return 0;
            }
            usleep((int)($killAfter * 1e6));
            foreach ($running() ? self::below($pid) : [] as $one) {
                posix_kill($one, SIGKILL);
            }

            return SIGKILL;
        });
    }

    /**
     * Sends a signal to the program alone, as soon as $marker stands in what it wrote to stderr.
     *
     * @param list<string>          $command
     * @param array<string, string> $environment
     */
    public static function signalAt(string $marker, int $signal, array $command, string $directory, array $environment): Result
    {
        return self::watched($command, $directory, $environment, static function (int $pid, callable $running, string $errors) use ($marker, $signal): int {
            while ($running()) {
                if (str_contains((string)file_get_contents($errors), $marker)) {
                    posix_kill($pid, $signal);

                    return $signal;
                }
                usleep(2000);
            }

            return 0;
        });
    }

    /**
     * @param list<string>                                      $command
     * @param array<string, string>                             $environment
     * @param callable(int, callable(): bool, string): int $watch pid, is it still running, file of stderr; returns the signal that it sent
     */
    private static function watched(array $command, string $directory, array $environment, callable $watch): Result
    {
        $out = tmpfile();
        $err = tmpfile();
        // setsid: the command has no terminal, and no signal of ours reaches the test run.
        $process = proc_open(['setsid', '--wait', ...$command], [['file', '/dev/null', 'r'], $out, $err], $pipes, $directory, $environment);
        if (!is_resource($process) || !is_resource($out) || !is_resource($err)) {
            throw new \RuntimeException("$command[0] cannot be started");
        }
        $status = proc_get_status($process);
        $running = static function () use ($process, &$status): bool {
            if ($status['running']) { // once it has ended, only the first answer has the exit code
                $status = proc_get_status($process);
            }

            return $status['running'];
        };
        $signal = $watch($status['pid'], $running, stream_get_meta_data($err)['uri']);
        while ($running()) {
            usleep(1000);
        }
        proc_close($process);
        rewind($out);
        rewind($err);
        $killed = $status['signaled'] && $status['termsig'] === SIGKILL;

        return new Result(
            implode(' ', $command) . ($signal > 0 ? " (signal $signal)" : ''),
            $status['signaled'] ? 128 + $status['termsig'] : $status['exitcode'],
            (string)stream_get_contents($out),
            (string)stream_get_contents($err),
            $killed,
        );
    }

    /** All processes that descend from $pid, and itself. @return list<int> */
    private static function below(int $pid): array
    {
        $children = [];
        foreach (glob('/proc/[0-9]*/stat') ?: [] as $file) {
            $stat = (string)@file_get_contents($file);
            if (preg_match('/^(\d+) \(.*\) \S (\d+)/s', $stat, $match)) {
                $children[(int)$match[2]][] = (int)$match[1];
            }
        }
        $found = [$pid];
        for ($i = 0; $i < count($found); $i++) {
            array_push($found, ...($children[$found[$i]] ?? []));
        }

        return $found;
    }
}
