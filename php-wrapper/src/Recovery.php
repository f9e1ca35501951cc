<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Database\Interrupted;
use Lockstep\MigrationTool\Database\Note;
use Lockstep\MigrationTool\Shop\Maintenance;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\Tree;

/**
 * Undoes an interrupted upgrade or restore. The caller holds the lock.
 *
 * A run is done when its journal is closed, which comes after the proof that the site works; before that, even with all
 * renames done, the old state is the one that is known to work.
 */
final class Recovery
{
    private const QUERY_SECONDS = 3600;

    /** @return array{state: string, items: int, done: int, stage: ?string, label: ?string} */
    public static function pending(Shop $shop): array
    {
        if (StatePlace::isBlocked($shop)) {
            return ['state' => 'none', 'items' => 0, 'done' => 0, 'stage' => null, 'label' => null];
        }
        try {
            return Commit::pending($shop->root, Shop::STATE);
        } catch (CoreException $e) {
            if ($e->getStatus() === 'access') {
                throw Failure::preflight('unreadable', sprintf('"%s" cannot be read by this user.', $shop->state()), 'Run it as the Magento file system owner.');
            }
            throw Failure::fromCore($e, ExitCode::PERSON_NEEDED, 'The journal of an interrupted run cannot be used');
        }
    }

    /** Was a run interrupted, whatever it left? */
    public static function isPending(Shop $shop): bool
    {
        return self::pending($shop)['state'] !== 'none' || Note::isPending($shop) || Maintenance::isPending($shop);
    }

    /**
     * "nothing", "undone", or "finished" when a restore of the database was; also removes the stage of a run that was killed
     * before its commit.
     *
     * @param bool $replaces the caller restores the database itself: one that cannot be brought to an end does not stop it
     */
    public static function run(Shop $shop, Reporter $reporter, bool $replaces = false): string
    {
        StatePlace::check($shop);
        self::removeQueries($shop);
        if (!self::isNeeded($shop)) {
            return 'nothing';
        }
        $shop->cluster?->confirm(); // what looks left over may be what another node is working with
        $files = self::files($shop, $reporter);
        try {
            $finished = Interrupted::end($shop, $reporter);
        } catch (Failure $e) {
            if (!$replaces) {
                throw $e;
            }
            $reporter->warning($e->getMessage());

            return $files;
        }
        Maintenance::recover($shop, $reporter); // only now: nobody is let into a shop whose database is half restored

        return $finished === null ? $files : ($finished ? 'finished' : 'undone');
    }

    private static function isNeeded(Shop $shop): bool
    {
        return self::isPending($shop) || self::leftStages($shop) !== [] || self::leftUndo($shop) !== [] || Probe::isPending($shop);
    }

    /** "nothing" or "undone" */
    private static function files(Shop $shop, Reporter $reporter): string
    {
        if (self::leftStages($shop) !== []) {
            Stragglers::end($shop);
        }
        Probe::clear($shop);
        $pending = self::pending($shop);
        if ($pending['state'] === 'none') {
            self::removeStages($shop);

            return 'nothing';
        }
        $stage = (string) $pending['stage'];
        try {
            $keeps = in_array(basename($stage), Undo::ids($shop), true); // an undo works on the undo copy itself
            if (Commit::recover($shop->root, Shop::STATE) === 'finished') {
                Commit::revert($shop->root, Shop::STATE);
            }
            if ($pending['done'] > 0 && !$keeps) {
                self::putAway($shop, $stage, $reporter);
            }
            $keeps || Tree::remove($shop->path($stage));
            self::removeStages($shop);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PERSON_NEEDED, 'An interrupted run could not be recovered');
        }
        $shop->refresh();
        $reporter->warning(sprintf('An interrupted run was undone (%d of %d renames had been done): the site is as before it.', $pending['done'], $pending['items']));

        return 'undone';
    }

    /** What had been live for a while may have been edited meanwhile: it is kept until the next time. */
    private static function putAway(Shop $shop, string $stage, Reporter $reporter): void
    {
        $kept = $shop->state('interrupted');
        Tree::remove($kept);
        if (rename($shop->path($stage), $kept)) {
            $reporter->warning(sprintf('What the interrupted run had put in place is kept in %s: look there for edits made since.', $kept));
        }
    }

    /** The stages of killed runs: nobody works in them, as the lock is ours; undo copies stay. */
    private static function removeStages(Shop $shop): void
    {
        foreach (self::leftUndo($shop) as $id) {
            Tree::remove($shop->state('undo/' . $id));
        }
        foreach (self::leftStages($shop) as $id) {
            Tree::remove($shop->state('stage/' . $id));
        }
    }

    /** Those of killed questions, which take no lock: younger ones may be in use. */
    private static function removeQueries(Shop $shop): void
    {
        foreach (Files::names($shop->state('query')) as $id) {
            $query = $shop->state('query/' . $id);
            if ((int) filemtime($query) < time() - self::QUERY_SECONDS) {
                Tree::remove($query);
            }
        }
    }

    /** @return list<string> */
    private static function leftUndo(Shop $shop): array
    {
        return array_values(array_diff(Files::names($shop->state('undo')), Undo::ids($shop)));
    }

    /** @return list<string> stages that are no undo copies */
    private static function leftStages(Shop $shop): array
    {
        return array_values(array_diff(Files::names($shop->state('stage')), Undo::ids($shop)));
    }
}
