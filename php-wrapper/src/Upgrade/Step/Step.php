<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Run;

/** One step of an upgrade. */
interface Step
{
    public function name(): string;

    /** Is there something to do in this run? Else the step is told as "skipped". */
    public function applies(Run $run): bool;

    /** @throws Failure with the exit code of this step */
    public function run(Run $run): void;

    /** Takes back what the step left, after a failure of it or of a later one. Must not throw. */
    public function undo(Run $run): void;
}
