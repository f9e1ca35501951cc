<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Export\Destination;
use Lockstep\MigrationTool\Upgrade\Run;

/** What is exported has a place. */
final class ExportDirectory implements Check
{
    public function find(Run $run): array
    {
        if ($run->options->export === null) {
            return [];
        }
        try {
            Destination::of($run->shop, $run->options->export);
        } catch (Failure $e) {
            return [Finding::error($e->error, $e->getMessage(), $e->hint)];
        }

        return [];
    }
}
