<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** One thing that is looked at before an upgrade. */
interface Check
{
    /** @return list<Finding> */
    public function find(Run $run): array;
}
