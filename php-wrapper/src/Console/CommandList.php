<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

/** All commands, for Magento's CommandLocator and for vendor/bin/lockstep. */
final class CommandList
{
    /** @return list<Command> */
    public function getCommands(): array
    {
        return [
            new UpgradeCommand(),
            new UndoCommand(),
            new MergeCommand(),
            new StatusCommand(),
            new DoctorCommand(),
            new ReleasesCommand(),
            new DiffCommand(),
            new BackupCommand(),
            new BackupCopyCommand(),
            new BackupListCommand(),
            new BackupVerifyCommand(),
            new BackupRestoreCommand(),
            new BackupPruneCommand(),
            new RecoverCommand(),
        ];
    }
}
