<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Database\Note;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Signals;
use Lockstep\Tree;

/**
 * Magento's maintenance mode, entered for a while and left as it was found. var/.maintenance.ip is not touched.
 *
 * Before the flag a note is written, so that what a kill leaves is taken away by the next command. The flag is ours by its
 * contents and its time: one that was there before, or was set again meanwhile, stays. The caller holds the lock.
 */
final class Maintenance
{
    private const FLAG = 'var/.maintenance.flag';
    private const NOTE = 'maintenance.json';

    private bool $isOpen = true;

    private function __construct(private readonly Shop $shop, private readonly Reporter $reporter)
    {
    }

    /**
     * Does the work, in maintenance mode if that is wanted. INT, TERM and HUP end it, but for the time of a commit and after it.
     *
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public static function during(Shop $shop, bool $wanted, Reporter $reporter, callable $work): mixed
    {
        if (!$wanted) {
            return $work();
        }
        $shop->cluster?->confirm(); // before anything is taken for ours that is another node's
        $last = Undo::lastRestore($shop)?->id;
        $signals = Signals::catch(static fn (): bool => is_file($shop->state('journal')) || Note::isPending($shop) || Undo::lastRestore($shop)?->id !== $last);
        $maintenance = new self($shop, $reporter);
        register_shutdown_function($maintenance->leave(...)); // a fatal error runs no "finally"
        try {
            $maintenance->enter();

            return $work();
        } finally {
            $maintenance->leave();
            $signals->release();
        }
    }

    /** Does nothing when the site is in maintenance mode already. */
    private function enter(): void
    {
        $flag = $this->shop->path(self::FLAG);
        if (Files::exists($flag)) {
            return;
        }
        $token = bin2hex(random_bytes(8));
        $beside = self::beside($this->shop, $token);
        $time = time();
        try {
            Tree::privateDirectory($this->shop->state());
            Tree::put($this->shop->state(self::NOTE), json_encode(['token' => $token, 'time' => $time], JSON_THROW_ON_ERROR));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'Maintenance mode cannot be entered');
        }
        if (@file_put_contents($beside, "Lockstep is at work.\n$token\n") === false || !chmod($beside, 0644) || !touch($beside, $time)) {
            throw Failure::preflight('maintenance', sprintf('Maintenance mode cannot be entered: "%s" cannot be written.', dirname($flag)), 'Give that directory to the Magento file system owner.');
        }
        if (!@link($beside, $flag) && !file_exists($flag)) { // some file systems know no links
            rename($beside, $flag);
        }
        Tree::remove($beside);
    }

    /** Once: afterwards another run may have entered it. */
    private function leave(): void
    {
        if (!$this->isOpen) {
            return;
        }
        $this->isOpen = false;
        if (Note::isPending($this->shop)) {
            $this->reporter->warning('The site stays in maintenance mode: its database is half restored.');

            return;
        }
        try {
            self::takeAway($this->shop);
        } catch (CoreException $e) {
            $this->reporter->warning(sprintf('The site could not be taken out of maintenance mode (%s): remove "%s".', $e->getMessage(), $this->shop->path(self::FLAG)));
        }
    }

    /** After a kill: takes the flag away if it is ours. */
    public static function recover(Shop $shop, Reporter $reporter): void
    {
        if (self::takeAway($shop)) {
            $reporter->warning('An interrupted run had put the site in maintenance mode: it was taken out of it.');
        }
    }

    /** Is a run that entered it under way, or was one killed? */
    public static function isPending(Shop $shop): bool
    {
        return is_file($shop->state(self::NOTE));
    }

    private static function takeAway(Shop $shop): bool
    {
        $note = $shop->state(self::NOTE);
        if (!is_file($note)) {
            return false;
        }
        $ours = false;
        $json = json_decode((string) file_get_contents($note), true);
        if (is_array($json) && is_string($json['token'] ?? null) && preg_match('/^[0-9a-f]{16}$/D', $json['token']) === 1) {
            $flag = $shop->path(self::FLAG);
            clearstatcache(true, $flag);
            $ours = is_file($flag) && str_contains((string) file_get_contents($flag), $json['token']) && filemtime($flag) === ($json['time'] ?? null);
            if ($ours) {
                Tree::remove($flag);
            }
            Tree::remove(self::beside($shop, $json['token']));
        }
        Tree::remove($note);

        return $ours;
    }

    private static function beside(Shop $shop, string $token): string
    {
        return $shop->path(self::FLAG . '.' . $token);
    }
}
