<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Tree;

/** Backs up the tool's directory, and the code when asked to. */
final class Backup implements Step
{
    public function name(): string
    {
        return 'Backup';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo && $run->options->commits() && self::parts($run) !== [];
    }

    public function run(Run $run): void
    {
        $run->backup = BackupStore::create($run->shop, self::parts($run), $run->reporter, $run->options->backupDirectory);
        $run->reporter->line($run->backup['path']);
    }

    /** A backup of the tool that no commit followed says nothing new: tries that end in a conflict shall not pile up. */
    public function undo(Run $run): void
    {
        if ($run->backup !== null && !$run->rolledBack && !$run->committed && !$run->options->backupCode) {
            Tree::remove($run->backup['path']);
            $run->backup = null;
        }
    }

    /** @return list<string> */
    private static function parts(Run $run): array
    {
        return [...(is_dir($run->shop->path($run->shop->toolPath())) ? [Part::TOOL] : []), ...($run->options->backupCode ? [Part::CODE] : [])];
    }
}
