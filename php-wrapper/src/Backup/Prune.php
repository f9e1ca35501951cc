<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Identifier;

/**
 * Decides what a prune keeps; looks at nothing but what it is given.
 *
 * Rules count the good sets of each part by themselves: a tool backup of the same day does not push a code backup out. The
 * newest good set of each part stays whatever the rules say, and so do the protected sets.
 */
final class Prune
{
    /** One that is younger may be written right now, by another shop that shares the directory. */
    private const UNFINISHED_SECONDS = 86400;

    /** @var list<BackupSet> oldest first */
    private array $good = [];
    /** @var array<string, list<string>> ID => why it stays */
    private array $kept = [];
    /** @var array<string, string> ID => why it goes */
    private array $removed = [];
    /** @var list<array{name: string, reason: string}> */
    private array $ignored = [];

    /**
     * @param array<string, Origin> $origins   by ID
     * @param array<string, string> $protected ID => why it stays
     */
    private function __construct(private readonly PruneRules $rules, private readonly array $origins, private readonly array $protected, private readonly int $now)
    {
    }

    /**
     * @param list<BackupSet>       $sets
     * @param array<string, Origin> $origins   by ID; sets without one are taken for ours
     * @param array<string, string> $protected ID => why it stays
     * @param int                   $now       Unix time
     */
    public static function plan(array $sets, array $origins, PruneRules $rules, array $protected, int $now): PrunePlan
    {
        usort($sets, static fn (BackupSet $a, BackupSet $b): int => strcmp($a->id, $b->id));
        $prune = new self($rules->check(), $origins, $protected, $now);
        foreach ($sets as $set) {
            $prune->sort($set);
        }
        $prune->keepWhateverTheRules();
        $untouchable = $prune->kept;
        $prune->keepByTime();
        foreach ($prune->good as $set) {
            if (!isset($prune->kept[$set->id])) {
                $prune->removed[$set->id] = 'no rule keeps it';
            }
        }
        $bytes = [];
        foreach ($sets as $set) {
            $bytes[$set->id] = $set->files->bytes;
        }
        $prune->limit($bytes, $untouchable);

        return $prune->result($bytes);
    }

    /** What is no good set of ours is decided here. */
    private function sort(BackupSet $set): void
    {
        $origin = $this->origins[$set->id] ?? null;
        $problem = $set->knownProblem() !== '' ? $set->knownProblem() : ($origin->problem ?? '');
        if ($origin?->status === Origin::OTHER) {
            $this->ignored[] = ['name' => $set->id, 'reason' => $origin->problem];
        } elseif ($set->files->foreign !== []) {
            $this->ignored[] = ['name' => $set->id, 'reason' => 'it holds what is not Lockstep\'s: ' . implode(', ', $set->files->foreign)];
        } elseif ($set->state === BackupSet::UNFINISHED && $set->files->changed < $this->now - self::UNFINISHED_SECONDS) {
            $this->removed[$set->id] = 'it never ended';
        } elseif ($set->state === BackupSet::UNFINISHED) {
            $this->kept[$set->id] = ['unfinished, and changed less than a day ago'];
        } elseif ($problem === '') {
            $this->good[] = $set;
        } elseif ($this->rules->damaged && !isset($this->protected[$set->id])) {
            $this->removed[$set->id] = 'damaged: ' . $problem;
        } else {
            $this->kept[$set->id] = ['damaged: ' . $problem];
        }
    }

    private function keepWhateverTheRules(): void
    {
        foreach ($this->byPart() as $part => $sets) {
            $this->keep($sets[0], 'newest ' . $part);
        }
        foreach ($this->good as $set) {
            if (isset($this->protected[$set->id])) {
                $this->keep($set, $this->protected[$set->id]);
            }
        }
    }

    private function keepByTime(): void
    {
        foreach ($this->byPart() as $part => $sets) {
            foreach (array_slice($sets, 0, $this->rules->last) as $number => $set) {
                $this->keep($set, sprintf('last %s %d', $part, $number + 1));
            }
            foreach ($this->rules->periods() as $rule => [$count, $format]) {
                $newest = [];
                foreach ($sets as $set) {
                    $newest += [gmdate($format, (int) strtotime(Identifier::time($set->id))) => $set];
                }
                foreach (array_slice($newest, 0, $count, true) as $period => $set) {
                    $this->keep($set, sprintf('%s %s %s', $rule, $part, $period));
                }
            }
        }
        if (!$this->rules->keepsByTime()) { // then the size alone decides
            foreach ($this->good as $set) {
                isset($this->kept[$set->id]) || $this->keep($set, 'within --max-size');
            }
        }
    }

    /**
     * Takes the oldest out of what the rules kept until the rest fits.
     *
     * @param array<string, int>          $bytes       by ID
     * @param array<string, list<string>> $untouchable by ID
     */
    private function limit(array $bytes, array $untouchable): void
    {
        $total = array_sum(array_intersect_key($bytes, $this->kept));
        foreach ($this->rules->maxBytes > 0 ? $this->good : [] as $set) {
            if ($total > $this->rules->maxBytes && isset($this->kept[$set->id]) && !isset($untouchable[$set->id])) {
                unset($this->kept[$set->id]);
                $this->removed[$set->id] = 'more than --max-size';
                $total -= $bytes[$set->id];
            }
        }
    }

    /** @param array<string, int> $bytes by ID */
    private function result(array $bytes): PrunePlan
    {
        ksort($this->kept);
        ksort($this->removed);
        $kept = $removed = [];
        foreach ($this->kept as $id => $reasons) {
            $kept[] = ['id' => $id, 'reasons' => $reasons];
        }
        foreach ($this->removed as $id => $reason) {
            $removed[] = ['id' => $id, 'bytes' => $bytes[$id], 'reason' => $reason];
        }

        return new PrunePlan($kept, $removed, $this->ignored, array_sum(array_intersect_key($bytes, $this->kept)));
    }

    /** @return array<string, non-empty-list<BackupSet>> part => good sets that have it, newest first */
    private function byPart(): array
    {
        $parts = [];
        foreach (array_reverse($this->good) as $set) {
            foreach ($set->parts as $part) {
                $parts[$part['name']][] = $set;
            }
        }

        return $parts;
    }

    private function keep(BackupSet $set, string $reason): void
    {
        $this->kept[$set->id][] = $reason;
    }
}
