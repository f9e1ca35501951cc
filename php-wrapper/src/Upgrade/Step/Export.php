<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Export\Export as Core;
use Lockstep\MigrationTool\Upgrade\Export\Instructions;
use Lockstep\MigrationTool\Upgrade\Run;

/** Instead of the commit: writes the verified result to a directory, for the place where the shop is built. */
final class Export implements Step
{
    public function name(): string
    {
        return 'Export';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo && $run->options->export !== null;
    }

    public function run(Run $run): void
    {
        try {
            $export = Core::prepare($run);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The patch could not be made; nothing was changed');
        }
        $run->export = $export;
        if ($export->leftOut !== []) {
            array_map($run->reporter->warning(...), [
                sprintf('%d files of the merged tool cannot be in a patch, as they are no text; take them from tool/:', count($export->leftOut)),
                ...array_map(static fn (string $path): string => '  ' . Terminal::safe($path), $export->leftOut),
            ]);
        }
        if (!$run->options->dryRun) {
            $export->write($run);
            $run->reporter->line($export->path);
        }
        $secrets = Instructions::secrets($run, $export);
        if ($secrets !== []) {
            $run->reporter->warning(sprintf('The export holds database passwords and keys (%s): it is readable by its owner alone; keep it, and the patch, out of public repositories.', implode(', ', array_map(Terminal::safe(...), $secrets))));
        }
    }

    public function undo(Run $run): void
    {
        Core::discard($run);
    }
}
