<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\MigrationTool\Upgrade\Run;

/** What is staged can lie in the shop itself. For who only looks: every command that writes refuses by itself. */
final class StateDirectory implements Check
{
    public function find(Run $run): array
    {
        try {
            StatePlace::check($run->shop);
        } catch (Failure $e) {
            return [Finding::error($e->error, $e->getMessage(), $e->hint)];
        }

        return [];
    }
}
