<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Conflicts\Conflict;
use Lockstep\MigrationTool\Conflicts\Place;
use Lockstep\MigrationTool\Conflicts\Places;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Secrets;

/**
 * What became of each customization.
 *
 * @phpstan-type Item array{path: string, outcome: string, from: ?string, origin: ?string, noise: ?string, reason: ?string, note: ?string, repointed: list<array{from: string, to: string}>, sha256: ?string}
 */
final class MergeOutcome
{
    private const KEYS = ['carried' => 'carried', 'merged' => 'merged', 'conflict' => 'conflicts', 'follows' => 'follows', 'resolved' => 'resolved', 'obsolete' => 'obsolete', 'deleted' => 'deleted'];

    /**
     * @param list<Item> $items
     * @param list<Conflict> $conflicts those that stop the upgrade, while their files are there
     */
    public function __construct(
        public readonly array $items = [],
        public readonly ?string $conflictsDirectory = null,
        public readonly array $conflicts = [],
    ) {
    }

    /** @param list<Conflict> $conflicts that an earlier run left, and that stop this one */
    public static function open(array $conflicts): self
    {
        $items = array_map(static fn (Conflict $open): array => ['path' => $open->path, 'outcome' => 'conflict', 'from' => null, 'origin' => null, 'noise' => null, 'reason' => $open->reason, 'note' => null, 'repointed' => [], 'sha256' => null], $conflicts);

        return new self($items, $conflicts === [] ? null : $conflicts[0]->directory, $conflicts);
    }

    /** @return list<string> */
    public function paths(string $outcome): array
    {
        return array_column(array_filter($this->items, static fn (array $item): bool => $item['outcome'] === $outcome), 'path');
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        $lists = [];
        $items = array_filter($this->items, static fn (array $item): bool => !self::isNoise($item));
        foreach (self::KEYS as $outcome => $key) {
            $lists[$key] = array_column(array_filter($items, static fn (array $item): bool => $item['outcome'] === $outcome), 'path');
        }

        return $lists + ['followed' => $this->followed(), 'repointed' => $this->repointed(), 'copies' => $this->copies(), 'noise' => $this->noise(), 'conflicts_directory' => $this->conflictsDirectory, 'conflict_details' => array_map(self::details(...), $this->conflicts)];
    }

    /** @return array{path: string, reason: string, file: string, places: list<array<string, mixed>>} */
    private static function details(Conflict $conflict): array
    {
        return [
            'path' => $conflict->path,
            'reason' => Secrets::mask($conflict->reason),
            'file' => $conflict->file(),
            'places' => array_map(static fn (Place $place): array => $place->toArray(), Places::of($conflict)),
        ];
    }

    /** @return list<array{from: string, to: string}> what went along with a rename upstream */
    private function followed(): array
    {
        $moved = [];
        foreach ($this->items as $item) {
            if ($item['from'] !== null && !self::isNoise($item)) {
                $moved[] = ['from' => $item['from'], 'to' => $item['path']];
            }
        }

        return $moved;
    }

    /** @return list<array{file: string, from: string, to: string}> paths that were rewritten in files of the user */
    private function repointed(): array
    {
        $paths = [];
        foreach ($this->items as $item) {
            foreach ($item['repointed'] as $path) {
                $paths[] = ['file' => $item['path']] + $path;
            }
        }

        return $paths;
    }

    /** @return list<array{path: string, origin: ?string, note: ?string}> copies of shipped files under other names */
    private function copies(): array
    {
        return array_values(array_map(
            static fn (array $item): array => ['path' => $item['path'], 'origin' => $item['origin'], 'note' => $item['note']],
            array_filter($this->items, static fn (array $item): bool => $item['origin'] !== null || $item['note'] !== null),
        ));
    }

    /** @return array<string, list<string>> by kind; copies of .dist files are told as what follows the release */
    public function noise(): array
    {
        return Noise::of(array_values(array_filter($this->items, self::isNoise(...))));
    }

    /** @param array{outcome: string, noise: ?string, ...} $item */
    public static function isNoise(array $item): bool
    {
        return $item['noise'] !== null && $item['noise'] !== Noise::COPY && $item['outcome'] !== 'conflict';
    }
}
