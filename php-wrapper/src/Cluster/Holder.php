<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

/**
 * What runs in the process that holds the lock: boots Magento, takes it, and answers whether it is still held, until its
 * stdin ends. Its answers go to descriptor 3, as Magento's code may write to stdout.
 *
 * All its code is loaded before Magento is, so that a commit may exchange vendor meanwhile.
 */
final class Holder
{
    public const ANSWERS = 3;
    public const HELD = 'held';
    public const BUSY = 'busy';
    public const LOST = 'lost';
    public const ABSENT = 'absent';
    /** How long another one may take to let go of it: the last command, which has just ended. */
    private const WAIT_SECONDS = 1;
    /** Databases drop a session in which nothing is asked, some after half a minute. */
    private const ASK_SECONDS = 5;

    private string $lost = '';

    private function __construct(private readonly MagentoLock $lock)
    {
    }

    /** Ends when stdin does. */
    public static function main(string $root): void
    {
        $answers = fopen('php://fd/' . self::ANSWERS, 'w');
        if ($answers === false) {
            return;
        }
        self::leaveTerminal();
        try {
            self::becomeOwner($root);
            $lock = MagentoLock::boot($root);
            if ($lock === null) {
                self::answer($answers, self::ABSENT, 'Magento is not installed');
            } elseif (self::nextLine(0) !== null) { // else the command has ended already
                self::hold($lock, $answers);
            }
        } catch (\Throwable $e) {
            self::answer($answers, self::ABSENT, $e->getMessage());
        }
    }

    /** @param resource $answers */
    private static function hold(MagentoLock $lock, $answers): void
    {
        if (!$lock->take(self::WAIT_SECONDS)) {
            try {
                $who = $lock->holder();
            } catch (\Throwable) {
                $who = '';
            }
            self::answer($answers, self::BUSY, $who);

            return;
        }
        $holder = new self($lock);
        self::answer($answers, self::HELD);
        while (($line = self::nextLine(self::ASK_SECONDS)) !== null) {
            $isHeld = $holder->isHeld();
            if ($line !== '') {
                self::answer($answers, $isHeld ? self::HELD : self::LOST, $holder->lost);
            }
        }
        if ($holder->isHeld()) {
            $lock->release();
        }
    }

    /** Once lost it stays so: somebody else may have held it in between. */
    private function isHeld(): bool
    {
        if ($this->lost === '') {
            try {
                $this->lost = $this->lock->isHeld() ? '' : 'it is not held any more';
            } catch (\Throwable $e) {
                $this->lost = $e->getMessage();
            }
        }

        return $this->lost === '';
    }

    /** "" when nothing came in time, null at the end of stdin. */
    private static function nextLine(int $seconds): ?string
    {
        $read = [STDIN];
        $none = null;
        if (@stream_select($read, $none, $none, $seconds) !== 1) {
            return '';
        }
        $line = fgets(STDIN);

        return $line === false ? null : $line;
    }

    /** @param resource $answers */
    private static function answer($answers, string $word, string $why = ''): void
    {
        @fwrite($answers, trim($word . ' ' . preg_replace('/\s+/', ' ', $why)) . "\n");
    }

    /** A Ctrl-C is for the command, which may have to end a commit first. */
    private static function leaveTerminal(): void
    {
        if (function_exists('posix_setsid')) {
            posix_setsid();
        }
    }

    /** Root runs no code of others, and leaves no cache files that they cannot write. */
    private static function becomeOwner(string $root): void
    {
        if (!function_exists('posix_geteuid') || posix_geteuid() !== 0) {
            return;
        }
        $owner = (int) fileowner($root);
        $group = (int) filegroup($root);
        $user = posix_getpwuid($owner);
        if ($owner !== 0 && (!posix_initgroups($user === false ? (string) $owner : $user['name'], $group) || !posix_setgid($group) || !posix_setuid($owner))) {
            throw new \RuntimeException('its owner could not be taken on: ' . posix_strerror(posix_get_last_error()));
        }
    }
}
