<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Conflicts\Dialog;

/** What the user asked of one upgrade; each property is the option of the same name. */
final class UpgradeOptions
{
    public function __construct(
        public readonly ?string $version = null,
        public readonly bool $dryRun = false,
        public readonly bool $backupCode = false,
        public readonly bool $backupMedia = false,
        public readonly bool $backupDb = false,
        public readonly bool $nearest = false,
        public readonly bool $hotfix = true,
        public readonly string $onConflict = 'stop',
        public readonly bool $withDependencies = false,
        public readonly ?string $pristine = null,
        public readonly bool $runScripts = false,
        public readonly ?string $composer = null,
        public readonly ?string $php = null,
        public readonly bool $allowRoot = false,
        public readonly ?string $backupDirectory = null,
        public readonly ?string $export = null,
        public readonly bool $acceptStaleLock = false,
        public readonly bool $mergeModules = false,
        public readonly bool $strict = false,
        public readonly ?string $customizationsFrom = null,
        public readonly ?Dialog $interactive = null,
    ) {
    }

    /** Is the live shop to be changed at the end? */
    public function commits(): bool
    {
        return !$this->dryRun && $this->export === null;
    }
}
