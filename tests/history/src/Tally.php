<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** What became of all edits: counted, and what was not clean remembered. */
final class Tally
{
    /** @var array<string, array<string, array<string, int>>> by group, kind, result */
    private array $counts = [];

    /** @var list<array{result: string, jump: string, kind: string, path: string, why: string}> */
    public array $remarkable = [];

    public function add(string $group, string $jump, string $kind, string $path, string $result, string $why = ''): void
    {
        $this->counts[$group][$kind][$result] = ($this->counts[$group][$kind][$result] ?? 0) + 1;
        if (in_array($result, ['conflict', 'wrong', 'same-wrong'], true)) {
            $this->remarkable[] = ['result' => $result, 'jump' => $jump, 'kind' => $kind, 'path' => $path, 'why' => $why];
        }
    }

    public function sum(string $result, ?string $group = null, ?string $kind = null): int
    {
        $sum = 0;
        foreach ($this->counts as $one => $kinds) {
            foreach ($group === null || $group === $one ? $kinds : [] as $name => $results) {
                $sum += $kind === null || $kind === $name ? $results[$result] ?? 0 : 0;
            }
        }

        return $sum;
    }

    /** @return list<string> */
    public function groups(): array
    {
        return array_keys($this->counts);
    }

    /** @return list<string> */
    public function kinds(): array
    {
        return array_values(array_unique(array_merge(...array_values(array_map('array_keys', $this->counts)))));
    }
}
