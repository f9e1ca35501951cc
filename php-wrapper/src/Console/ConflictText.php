<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Conflicts\Conflict;
use Lockstep\MigrationTool\Conflicts\Place;
use Lockstep\MigrationTool\Conflicts\Places;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;

/** A conflict as a person reads it: file, lines, and the three sides, cut where they are long. */
final class ConflictText
{
    private const CONFLICTS = 20;
    private const PLACES = 5;
    private const LINES = 8;
    private const WIDTH = 160;

    /** @param list<Conflict> $conflicts */
    public static function tell(array $conflicts, Reporter $reporter): void
    {
        foreach (array_slice($conflicts, 0, self::CONFLICTS) as $conflict) {
            foreach (self::lines($conflict) as $line) {
                $reporter->line($line);
            }
        }
        if (count($conflicts) > self::CONFLICTS) {
            $reporter->line(sprintf('… and %d more conflicts in %s', count($conflicts) - self::CONFLICTS, $conflicts[0]->directory));
        }
    }

    /** @return list<string> */
    public static function lines(Conflict $conflict): array
    {
        $lines = [sprintf('%s: %s', $conflict->path, Secrets::mask($conflict->reason))];
        $places = Places::of($conflict);
        foreach (array_slice($places, 0, self::PLACES) as $place) {
            $lines[] = sprintf('  %s, lines %d-%d', $conflict->file(), $place->first, $place->last);
            array_push($lines, ...self::sides($conflict, $place));
        }
        if (count($places) > self::PLACES) {
            $lines[] = sprintf('  … and %d more places in %s', count($places) - self::PLACES, $conflict->file());
        }
        foreach ($places === [] ? ['mine', 'base', 'theirs'] : [] as $name) {
            $lines[] = sprintf('    %-6s | %s', $name, $conflict->side($name) ?? '(no file)');
        }

        return $lines;
    }

    /** @return list<string> */
    private static function sides(Conflict $conflict, Place $place): array
    {
        $lines = [];
        foreach (['mine' => $place->mine, 'base' => $place->base, 'theirs' => $place->theirs] as $name => $side) {
            foreach ($side === [] ? ['(nothing)'] : array_slice($side, 0, self::LINES) as $index => $line) {
                $line = rtrim(strtr($line, ["\t" => '    ']));
                $lines[] = sprintf('    %-6s | %s', $index === 0 ? $name : '', mb_strlen($line) > self::WIDTH ? mb_substr($line, 0, self::WIDTH) . '…' : $line);
            }
            if (count($side) > self::LINES) {
                $lines[] = sprintf('    %-6s | … %d more lines in %s', '', count($side) - self::LINES, $conflict->side($name) ?? $conflict->file());
            }
        }

        return $lines;
    }
}
