<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\MigrationTool\Backup\BackupOptions;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Tree;

/** Backs up the tool's directory, app/code when files of it are to be merged, and code, media and database when asked to. */
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
        $run->backup = BackupStore::create($run->shop, new BackupOptions(self::parts($run), $run->options->backupDirectory), $run->reporter);
        $run->reporter->line($run->backup['path']);
    }

    /** A backup of the tool that no commit followed says nothing new: tries that end in a conflict shall not pile up. */
    public function undo(Run $run): void
    {
        if ($run->backup !== null && !$run->rolledBack && !$run->committed && !$run->options->backupCode && !$run->options->backupMedia && !$run->options->backupDb) {
            Tree::remove($run->backup['path']);
            $run->backup = null;
        }
    }

    /** @return list<string> */
    private static function parts(Run $run): array
    {
        $wanted = [Part::TOOL, ...($run->options->backupCode ? [Part::CODE] : ($run->options->mergeModules ? [Part::MODULES] : [])), ...($run->options->backupMedia ? [Part::MEDIA] : []), ...($run->options->backupDb ? [Part::DB] : [])];

        return array_values(array_filter($wanted, static fn (string $name): bool => $name === Part::DB || Part::isIn($run->shop, $name)));
    }
}
