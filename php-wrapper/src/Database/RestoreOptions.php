<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

/** What the user asked of a restore of the database. */
final class RestoreOptions
{
    public function __construct(
        public readonly ?string $defaultsFile = null,
        public readonly bool $keepOld = false,
    ) {
    }
}
