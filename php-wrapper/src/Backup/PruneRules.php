<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Failure;

/** What a prune keeps: the newest sets of so many days, weeks, … and at most so many bytes. 0: no such rule. */
final class PruneRules
{
    private const UNITS = ['' => 1, 'K' => 1_000, 'M' => 1_000_000, 'G' => 1_000_000_000, 'T' => 1_000_000_000_000];

    /** @param int $maxBytes of all sets together */
    public function __construct(
        public readonly int $last = 0,
        public readonly int $daily = 0,
        public readonly int $weekly = 0,
        public readonly int $monthly = 0,
        public readonly int $yearly = 0,
        public readonly int $maxBytes = 0,
        public readonly bool $damaged = false,
    ) {
    }

    public function keepsByTime(): bool
    {
        return $this->last + $this->daily + $this->weekly + $this->monthly + $this->yearly > 0;
    }

    /** Without a rule, everything but the newest would go: that is nobody's wish. */
    public function check(): self
    {
        if (!$this->keepsByTime() && $this->maxBytes === 0) {
            throw Failure::preflight('no-rule', 'No rule says what to keep: nothing was removed.', 'Give at least one, as in --keep-last=3 --keep-daily=7 --keep-weekly=4 --keep-monthly=12, or --max-size=20G.');
        }

        return $this;
    }

    /** "500M", "20G": thousands, as sizes are shown. */
    public static function bytes(string $text): int
    {
        if (preg_match('/^(\d{1,6}(?:\.\d{1,3})?|\d{1,15})([KMGT]?)B?$/Di', $text, $match) !== 1) {
            throw Failure::preflight('option', sprintf('--max-size takes a number of bytes with K, M, G or T, not "%s".', $text), 'As in --max-size=20G.');
        }

        return (int) round((float) $match[1] * self::UNITS[strtoupper($match[2])]);
    }

    /** @return array<string, array{int, string}> rule => how many periods, format of gmdate() that names one */
    public function periods(): array
    {
        return ['daily' => [$this->daily, 'Y-m-d'], 'weekly' => [$this->weekly, 'o-\WW'], 'monthly' => [$this->monthly, 'Y-m'], 'yearly' => [$this->yearly, 'Y']];
    }
}
