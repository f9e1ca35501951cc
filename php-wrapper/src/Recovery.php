<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** Brings an interrupted upgrade or restore to its end, forwards or backwards. The caller holds the lock. */
final class Recovery
{
    /** @return array{state: string, items: int, done: int, stage: ?string, label: ?string} */
    public static function pending(Shop $shop): array
    {
        try {
            return Commit::pending($shop->root, Shop::STATE);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PERSON_NEEDED, 'The journal of an interrupted run cannot be used');
        }
    }

    /** "nothing", "undone" or "finished"; also removes the stage of a run that was killed before its commit. */
    public static function run(Shop $shop, Reporter $reporter): string
    {
        $pending = self::pending($shop);
        if ($pending['state'] === 'none') {
            self::removeStages($shop);

            return 'nothing';
        }
        $stage = (string) $pending['stage'];
        try {
            $outcome = Commit::recover($shop->root, Shop::STATE);
            if ($outcome === 'finished') {
                Undo::keep($shop, $stage);
            } else {
                Tree::remove($shop->path($stage));
            }
            self::removeStages($shop);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PERSON_NEEDED, 'An interrupted run could not be recovered');
        }
        $shop->refresh();
        $reporter->warning(sprintf('An interrupted run was %s (%d of %d renames had been done).', $outcome, $pending['done'], $pending['items']));

        return $outcome;
    }

    /** The stages of killed runs: nobody works in them, as the lock is ours; undo copies stay. */
    private static function removeStages(Shop $shop): void
    {
        $undo = Undo::ids($shop);
        foreach (glob($shop->state('stage/*'), GLOB_NOSORT) ?: [] as $stage) {
            if (!in_array(basename($stage), $undo, true)) {
                Tree::remove($stage);
            }
        }
    }
}
