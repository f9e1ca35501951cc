<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\Commit;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo\Kept;
use Lockstep\MigrationTool\Undo\Record;
use Lockstep\Tree;

/**
 * The undo copies: of the last upgrade, and of the last restore. Each is the stage of its commit, which holds the old entries
 * after the exchange, with the closed journal at undo/<id>/journal. The stage stays where it is, so that the journal's paths
 * stay true.
 */
final class Undo
{
    /** Closes the commit and keeps its stage; the older undo copy of the same kind is removed. */
    public static function keep(Shop $shop, string $stage): void
    {
        $id = basename($stage);
        Tree::privateDirectory($shop->state('undo/' . $id));
        Commit::close($shop->root, Shop::STATE, 'undo/' . $id . '/journal');
        $kept = Kept::of($shop, $id);
        foreach (array_diff(Files::names($shop->state('undo')), [$id]) as $old) {
            $other = Kept::of($shop, $old);
            if ($other === null || $other->isOfUpgrade() === $kept?->isOfUpgrade()) {
                Tree::remove($shop->state('undo/' . $old));
                Tree::remove($shop->state('stage/' . $old));
            }
        }
        foreach (array_diff(Files::names($shop->state('undo/' . $id)), ['journal', Record::fileName($kept->run ?? '')]) as $older) {
            Tree::remove($shop->state('undo/' . $id . '/' . $older));
        }
    }

    /** @return list<string> runs whose stage is an undo copy */
    public static function ids(Shop $shop): array
    {
        return array_values(array_filter(Files::names($shop->state('undo')), static fn (string $id): bool => is_file($shop->state('undo/' . $id . '/journal'))));
    }

    /** The last upgrade, or its undo: what "undo" takes back. */
    public static function last(Shop $shop): ?Kept
    {
        return self::newest($shop, true);
    }

    public static function lastRestore(Shop $shop): ?Kept
    {
        return self::newest($shop, false);
    }

    private static function newest(Shop $shop, bool $ofUpgrade): ?Kept
    {
        foreach (array_reverse(self::ids($shop)) as $id) {
            $kept = Kept::of($shop, $id);
            if ($kept !== null && $kept->isOfUpgrade() === $ofUpgrade) {
                return $kept;
            }
        }

        return null;
    }
}
