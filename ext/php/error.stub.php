<?php

/** @generate-class-entries */

namespace Lockstep;

/** What a core operation failed with. getCode() is the core's negative status. */
final class CoreException extends \RuntimeException
{
    private string $status = "";
    private string $path = "";
    private string $hint = "";

    /** Stable lower-case name: "no-space", "corrupt", "locked", "conflict", … (include/lockstep/error.h) */
    public function getStatus(): string {}

    /** The file or member concerned, "" when none. */
    public function getPath(): string {}

    /** What to do next, "" when nothing can be said. */
    public function getHint(): string {}
}
