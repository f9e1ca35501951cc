<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\Commit as Core;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo\Kept;
use Lockstep\MigrationTool\Upgrade\Run;

/** Swaps the staged entries in: a handful of atomic renames under the journal. */
final class Commit implements Step
{
    public function name(): string
    {
        return 'Commit';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo && $run->options->commits();
    }

    public function run(Run $run): void
    {
        $items = $run->stage()->kept;
        Preload::everything();
        $label = json_encode([Kept::UPGRADE => $run->id, 'from' => $run->from, 'to' => $run->to, 'time' => gmdate('Y-m-d\TH:i:s\Z')], JSON_THROW_ON_ERROR);
        $run->shop->cluster?->confirm();
        $run->committed = true; // from here on the stage belongs to the journal
        try {
            $done = Core::run($run->shop->root, Shop::STATE, $run->stage()->relative, array_map($run->stage()->pair(...), $items), $label);
        } catch (CoreException $e) {
            $run->committed = $e->getStatus() === 'recovery';
            $run->rolledBack = !$run->committed;
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The commit failed' . ($run->committed ? '' : '; the site is as before'));
        }
        $run->shop->refresh();
        $run->commit = [
            'method' => $done['method'],
            'entries' => $done['entries'],
            'window_ms' => round($done['longest_ns'] / 1e6, 3),
            'total_ms' => round($done['total_ns'] / 1e6, 3),
        ];
        $run->reporter->line(sprintf('%d entries swapped%s.', $done['entries'], $done['method'] === 'exchange' ? '' : sprintf(' by two renames each; a directory was absent for %s ms at most', $run->commit['window_ms'])));
    }

    /** Confirm, or what comes after it, failed. */
    public function undo(Run $run): void
    {
        if (!$run->committed || $run->rolledBack || $run->closed) {
            return;
        }
        try {
            Core::revert($run->shop->root, Shop::STATE);
            $run->committed = false;
            $run->rolledBack = true;
        } catch (CoreException $e) {
            $run->reporter->warning(sprintf('The commit could not be undone: %s "migration:tool:recover" tries again.', $e->getMessage()));
        }
        $run->shop->refresh();
    }
}
