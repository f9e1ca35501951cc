<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Export\Registration;
use Lockstep\MigrationTool\Upgrade\Export\Way;
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
        $run->shop->cluster?->confirm(); // another node's run is told before this one takes minutes
        try {
            $plan = StagePlan::of($run->shop, $run->stage()->composer->binDirectory, $run->options->withDependencies || StagePlan::hasPatches($run->shop));
            Tree::mirror($run->shop->root, $run->stage()->composer->project, $plan + Registration::plan($run->shop));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The stage could not be made');
        }
        if (Registration::withdraw($run->shop, $run->stage()->composer, $run->composer()) && $run->options->export === null) {
            $run->reporter->warning(sprintf('"%s", the patch of an earlier export, is no longer registered in composer.json: its customizations are merged here. For the place where the shop is built, use --export.', Way::Plugin->file()));
        }
    }

    public function undo(Run $run): void
    {
    }
}
