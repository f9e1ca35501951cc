<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\StagePlan;
use Lockstep\Tree;

/** Makes the staged project: links to the live packages, copies of what Composer writes. */
final class MakeStage implements Step
{
    public function name(): string
    {
        return 'Stage';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo;
    }

    public function run(Run $run): void
    {
        try {
            $plan = StagePlan::of($run->shop, $run->stage()->composer->binDirectory, $run->options->withDependencies || StagePlan::hasPatches($run->shop));
            Tree::mirror($run->shop->root, $run->stage()->composer->project, $plan);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The stage could not be made');
        }
    }

    public function undo(Run $run): void
    {
    }
}
