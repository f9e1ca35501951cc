<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\Commit;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * The undo copy of the last commit: its stage, which holds the old entries after the exchange, and its closed journal
 * at undo/<id>/journal. The stage stays where it is, so that the journal's paths stay true.
 */
final class Undo
{
    /** Closes the commit and keeps its stage; older undo copies are removed. */
    public static function keep(Shop $shop, string $stage): void
    {
        $id = basename($stage);
        $older = array_diff(self::ids($shop), [$id]);
        Tree::privateDirectory($shop->state('undo/' . $id));
        Commit::close($shop->root, Shop::STATE, 'undo/' . $id . '/journal');
        foreach ($older as $old) {
            Tree::remove($shop->state('undo/' . $old));
            Tree::remove($shop->state('stage/' . $old));
        }
    }

    /** @return list<string> runs whose stage is an undo copy */
    public static function ids(Shop $shop): array
    {
        return Files::names($shop->state('undo'));
    }
}
