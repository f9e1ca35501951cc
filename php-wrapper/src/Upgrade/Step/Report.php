<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Status\Fact\Generated;
use Lockstep\MigrationTool\Status\FollowUp;
use Lockstep\MigrationTool\Status\LastUpgrade;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Undo\Record;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\Export\Instructions;
use Lockstep\MigrationTool\Upgrade\LostOnes;
use Lockstep\MigrationTool\Upgrade\NextSteps;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Scripts;
use Lockstep\MigrationTool\Upgrade\UndoCopy;

/** Closes the journal, keeps the old entries for an undo, writes down what was done and says what is left to do. */
final class Report implements Step
{
    public function name(): string
    {
        return 'Report';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo;
    }

    public function run(Run $run): void
    {
        if (!$run->committed) {
            $run->followup = $run->export !== null ? Instructions::steps($run, $run->export) : [...FollowUp::of($run->shop, time()), ...NextSteps::of($run)];

            return;
        }
        $this->close($run);
        LostOnes::settle($run);
        Generated::expire($run->shop);
        $reminders = [...Scripts::run($run), ...NextSteps::of($run)];
        $run->followup = array_values(array_unique([...$reminders, ...FollowUp::of($run->shop)]));
        LastUpgrade::write($run->shop, ['id' => $run->id, 'time' => gmdate('Y-m-d\TH:i:s\Z')] + $run->toArray(), $reminders, $run->reporter);
    }

    /** While the journal is open the upgrade is not done: when it cannot be closed, everything is taken back. */
    private function close(Run $run): void
    {
        try {
            Record::write($run->shop, $run->id, $run->id, $run->stage()->project, $run->stage()->kept, $run->delta()->packages());
            Undo::keep($run->shop, $run->stage()->relative);
            UndoCopy::slim($run->stage());
            Conflicts::remove($run->shop, $run->from, $run->to);
            if ($run->source !== null) {
                Conflicts::remove($run->shop, BringBack::label($run->source), $run->to);
            }
        } catch (CoreException $e) {
            if (Recovery::pending($run->shop)['state'] !== 'none') {
                throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The upgrade could not be brought to its end; the site is as before');
            }
            $run->reporter->warning('The upgrade is done, but not everything could be put away: ' . $e->getMessage());
        }
        $run->closed = true;
    }

    public function undo(Run $run): void
    {
    }
}
