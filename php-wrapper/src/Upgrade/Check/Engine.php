<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\SelfCheck;
use Lockstep\MigrationTool\Upgrade\Run;

/** The extension has all that it needs: its libraries, the kernel's calls. */
final class Engine implements Check
{
    public function find(Run $run): array
    {
        return SelfCheck::findings();
    }
}
