<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\MigrationTool\Shop\Shop;

/**
 * Programs that a killed run had started and that go on writing to its stage: Composer dies with the run, but not what it had
 * started itself (unzip, git). They are known by the temporary directory that they were given.
 */
final class Stragglers
{
    private const KILL = 9;
    private const LOOKS = 100;
    private const PAUSE = 20_000; // µs

    /** Ends them and waits until they are gone. The caller holds the lock, so none belongs to a run that is alive. */
    public static function end(Shop $shop): void
    {
        $mark = "\0TMPDIR=" . $shop->state('stage') . '/';
        for ($look = 0; $look < self::LOOKS && ($found = self::found($mark)) !== []; $look++) {
            foreach ($found as $process) {
                posix_kill($process, self::KILL);
            }
            usleep(self::PAUSE);
        }
    }

    /** @return list<int> */
    private static function found(string $mark): array
    {
        $found = [];
        foreach (Files::names('/proc') as $name) {
            if ((int) $name > 0 && (int) $name !== getmypid() && str_contains("\0" . @file_get_contents('/proc/' . $name . '/environ'), $mark)) {
                $found[] = (int) $name;
            }
        }

        return $found;
    }
}
