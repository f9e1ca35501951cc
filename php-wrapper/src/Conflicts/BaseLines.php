<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

use Lockstep\Merge;
use Lockstep\MigrationTool\Secrets;

/** What the base has where mine has given lines, by a diff of the two. Lines of mine are asked for in their order. */
final class BaseLines
{
    /** @var list<string> */
    private readonly array $mine;
    /** @var list<string> masked */
    private readonly array $base;
    /** @var array<int, int> index of a line of mine => index of the same line of the base */
    private array $same = [];
    private int $from = 0;

    public function __construct(?string $mine, ?string $base)
    {
        $this->mine = self::lines($mine === null ? '' : (string) file_get_contents($mine));
        $this->base = self::lines(Secrets::mask($base === null ? '' : (string) file_get_contents($base)));
        if ($mine !== null && $base !== null) {
            $this->pair(Merge::diff($base, $mine, basename($mine), true));
        }
    }

    /**
     * @param list<string> $lines  of mine
     * @param ?string      $before the line above them, by which the place is found when they are none
     * @return list<string>
     */
    public function of(array $lines, ?string $before): array
    {
        $start = $this->find($lines, $before);
        if ($start === null) {
            return [];
        }
        $end = $this->from = $start + count($lines);
        for ($above = $start - 1; $above >= 0 && !isset($this->same[$above]); $above--) {
        }
        for ($below = $end; $below < count($this->mine) && !isset($this->same[$below]); $below++) {
        }
        $first = $above < 0 ? 0 : $this->same[$above] + 1;

        return array_slice($this->base, $first, max(0, ($this->same[$below] ?? count($this->base)) - $first));
    }

    /** @param list<string> $lines */
    private function find(array $lines, ?string $before): ?int
    {
        $wanted = $lines === [] ? ($before === null ? [] : [$before]) : $lines;
        for ($at = $this->from; $at + count($wanted) <= count($this->mine); $at++) {
            if (self::equal(array_slice($this->mine, $at, count($wanted)), $wanted)) {
                return $lines === [] ? $at + count($wanted) : $at;
            }
        }

        return null;
    }

    private function pair(string $diff): void
    {
        $base = $mine = 0;
        foreach (explode("\n", $diff) as $line) {
            if (preg_match('~^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@~', $line, $match) === 1) {
                $to = (int) $match[3] - (($match[4] ?? '') === '0' ? 0 : 1);
                for (; $mine < $to; $mine++, $base++) {
                    $this->same[$mine] = $base;
                }
                $base = (int) $match[1] - ($match[2] === '0' ? 0 : 1);
                $hunk = true;
            } elseif (isset($hunk)) {
                $mark = $line[0] ?? '';
                if ($mark === ' ') {
                    $this->same[$mine] = $base;
                }
                $mine += $mark === ' ' || $mark === '+' ? 1 : 0;
                $base += $mark === ' ' || $mark === '-' ? 1 : 0;
            }
        }
        for (; $mine < count($this->mine) && $base < count($this->base); $mine++, $base++) {
            $this->same[$mine] = $base;
        }
    }

    /**
     * @param list<string> $left
     * @param list<string> $right
     */
    private static function equal(array $left, array $right): bool
    {
        return array_map(self::bare(...), $left) === array_map(self::bare(...), $right);
    }

    private static function bare(string $line): string
    {
        return rtrim($line, "\r");
    }

    /** @return list<string> */
    private static function lines(string $text): array
    {
        return $text === '' ? [] : explode("\n", str_ends_with($text, "\n") ? substr($text, 0, -1) : $text);
    }
}
