<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Exit codes of every command; part of the command-line contract. */
final class ExitCode
{
    public const DONE = 0;
    public const UNEXPECTED = 1;
    public const ACTION_REQUIRED = 2;
    public const CONFLICT = 3;
    public const PREFLIGHT = 4;
    public const NO_RELEASE = 5;
    public const COMPOSER = 6;
    public const LOCKED = 7;
    public const BACKUP = 8;
    public const ROLLED_BACK = 9;
    public const PERSON_NEEDED = 10;
}
