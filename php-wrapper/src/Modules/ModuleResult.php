<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

/**
 * What became of each file of the user's own modules, or would become of it.
 *
 * Outcomes: "unchanged" (the release did not change what it was made from), "current" (it has what the release has), "merged",
 * "follows" (a copy that nobody edited becomes the new file), "conflict", "resolved", "own" (made from no file of the release),
 * "dropped" (the release has no such file any more).
 *
 * @phpstan-type ModuleData array{file: string, option: string, origin: ?string, release: ?string, outcome: string, merged: bool, reason: ?string, diff: string}
 */
final class ModuleResult
{
    public const UNCHANGED = 'unchanged';
    public const CURRENT = 'current';
    public const MERGED = 'merged';
    public const FOLLOWS = 'follows';
    public const CONFLICT = 'conflict';
    public const OWN = 'own';
    public const DROPPED = 'dropped';
    /** Would be another file after a merge. */
    private const CHANGES = [self::MERGED, self::FOLLOWS, self::CONFLICT];

    /**
     * @param list<ModuleData> $items
     * @param list<string>     $commit    paths that the commit exchanges, relative to the root
     * @param list<string>     $conflicts paths that stop the upgrade, or whose conflict was settled by choice
     * @param list<string>     $resolved  paths whose conflict the user resolved
     */
    public function __construct(
        public readonly array $items = [],
        public readonly array $commit = [],
        public readonly array $conflicts = [],
        public readonly array $resolved = [],
    ) {
    }

    /** @return list<string> files that --merge-modules would change, or could not */
    public function proposed(): array
    {
        return array_column(array_filter($this->items, static fn (array $item): bool => !$item['merged'] && in_array($item['outcome'], self::CHANGES, true)), 'file');
    }

    /** @return list<array{path: string, outcome: string, reason: ?string}> what stops the upgrade, and what the user resolved */
    public function stopping(): array
    {
        $items = [];
        foreach ($this->items as $item) {
            if (in_array($item['file'], [...$this->conflicts, ...$this->resolved], true)) {
                $items[] = ['path' => $item['file'], 'outcome' => $item['outcome'], 'reason' => $item['reason']];
            }
        }

        return $items;
    }
}
