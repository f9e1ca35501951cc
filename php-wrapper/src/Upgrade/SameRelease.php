<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Files;
use Lockstep\Tree;

/** The stage of a run that changes no version, as lost customizations come back: the installed release as it was released, without Composer. */
final class SameRelease
{
    public static function stage(Run $run): void
    {
        $path = $run->shop->toolPath();
        $tool = $run->stage()->path($path);
        $run->pristine = PristineSides::installed($run);
        Tree::remove($tool);
        Tree::copy($run->pristine, $tool);
        $repository = $run->shop->path($path . '/.git');
        if (Files::exists($repository)) {
            Tree::copy($repository, $tool . '/.git');
        }
        $run->delta = Delta::of($run->shop, $run->stage());
    }
}
