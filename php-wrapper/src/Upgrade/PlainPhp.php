<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

/** A fresh PHP that looks at code: without a limit of memory, its complaints beside its answer, nothing taken from a cache. */
final class PlainPhp
{
    /** @return list<string> the program with its options; what it is to do comes behind */
    public static function command(string $php): array
    {
        return [$php, '-d', 'memory_limit=-1', '-d', 'display_errors=stderr', '-d', 'opcache.enable_cli=0'];
    }
}
