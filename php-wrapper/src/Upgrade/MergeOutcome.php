<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

/** What became of each customization. */
final class MergeOutcome
{
    private const KEYS = ['carried' => 'carried', 'merged' => 'merged', 'conflict' => 'conflicts', 'follows' => 'follows', 'resolved' => 'resolved', 'obsolete' => 'obsolete', 'deleted' => 'deleted'];

    /** @param list<array{path: string, outcome: string, reason: ?string, sha256: ?string}> $items */
    public function __construct(
        public readonly array $items = [],
        public readonly ?string $conflictsDirectory = null,
    ) {
    }

    /** @return list<string> */
    public function paths(string $outcome): array
    {
        return array_column(array_filter($this->items, static fn (array $item): bool => $item['outcome'] === $outcome), 'path');
    }

    /** @return array<string, list<string>|string|null> */
    public function toArray(): array
    {
        $lists = [];
        foreach (self::KEYS as $outcome => $key) {
            $lists[$key] = $this->paths($outcome);
        }

        return $lists + ['conflicts_directory' => $this->conflictsDirectory];
    }
}
