<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** Runs a program without a shell, a terminal or input, in a process group of its own. */
final class Program
{
    /**
     * @param list<string>          $command
     * @param array<string, string> $environment complete
     * @param float                 $killAfter   seconds until it gets $signal; 0 for never
     * @param int                   $signal      SIGKILL goes to the program and all that it started, others to the program alone
     */
    public static function run(array $command, string $directory, array $environment, float $killAfter = 0.0, int $signal = SIGKILL): Result
    {
        $out = tmpfile();
        $err = tmpfile();
        // setsid: SIGKILL then reaches the command and whatever it started, as a closed container or a power cut would.
        $process = proc_open(['setsid', '--wait', ...$command], [['file', '/dev/null', 'r'], $out, $err], $pipes, $directory, $environment);
        if (!is_resource($process) || !is_resource($out) || !is_resource($err)) {
            throw new \RuntimeException("$command[0] cannot be started");
        }
        $killed = false;
        if ($killAfter > 0.0) {
            $killed = self::killAfter($process, $killAfter, $signal);
        }
        $status = proc_close($process);
        rewind($out);
        rewind($err);

        return new Result(implode(' ', $command), $killed ? 137 : $status, (string)stream_get_contents($out), (string)stream_get_contents($err), $killed);
    }

    /** @param resource $process */
    private static function killAfter($process, float $seconds, int $signal): bool
    {
        usleep((int)($seconds * 1e6));
        $status = proc_get_status($process);
        if (!$status['running']) {
            return false;
        }
        foreach ($signal === SIGKILL ? self::below($status['pid']) : [$status['pid']] as $pid) {
            posix_kill($pid, $signal);
        }

        return $signal === SIGKILL;
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
