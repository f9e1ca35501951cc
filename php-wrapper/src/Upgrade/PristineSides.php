<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Customizations\Source;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Pristine\Pristine;

/** The releases as they were released that a run compares with: the installed one, and the one that is brought back from. --pristine may be either. */
final class PristineSides
{
    public static function installed(Run $run): string
    {
        return self::of($run, static fn (?string $given): string => Pristine::directory($run->shop, $given, $run->reporter, $run->composer()));
    }

    public static function source(Run $run, Source $source): string
    {
        return self::of($run, static fn (?string $given): string => Pristine::base($run->shop, $source->base(), $given, $run->reporter, $run->composer()));
    }

    /** @param \Closure(?string): string $find */
    private static function of(Run $run, \Closure $find): string
    {
        $given = $run->options->pristine;
        try {
            return $find($given);
        } catch (Failure $e) {
            if ($given === null || $run->source === null) {
                throw $e;
            }

            return $find(null); // it is the other one
        }
    }
}
