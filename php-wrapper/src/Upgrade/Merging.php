<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\Merge;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/**
 * The merge into the release; PHP that compiles in the shop and no more once it is merged is a conflict, which takes a second merge.
 *
 * @phpstan-import-type Item from MergeOutcome
 */
final class Merging
{
    private readonly ?string $resolutions;

    /** @param \Closure(): string $keep makes a copy of the release as it is before the merge, and returns its directory */
    private function __construct(
        private readonly MergeSides $sides,
        private readonly Conflicts $conflicts,
        private readonly string $onConflict,
        private readonly Syntax $syntax,
        private readonly \Closure $keep,
        private readonly Reporter $reporter,
    ) {
        $this->resolutions = $conflicts->resolutions();
    }

    /**
     * @param \Closure(): string $keep makes a copy of the release as it is before the merge, and returns its directory
     * @return array{items: list<Item>, conflicts: int}
     * @throws CoreException
     */
    public static function run(MergeSides $sides, Conflicts $conflicts, string $onConflict, Syntax $syntax, \Closure $keep, Reporter $reporter): array
    {
        return (new self($sides, $conflicts, $onConflict, $syntax, $keep, $reporter))->merge();
    }

    /** @return array{items: list<Item>, conflicts: int} */
    private function merge(): array
    {
        $release = preg_grep('/\.php$/D', $this->sides->modified) === [] ? null : ($this->keep)();
        $result = $this->apply([]);
        $broken = $release === null ? [] : $this->broken($result['items']);
        if ($release === null || $broken === []) {
            return $result;
        }
        $this->conflicts->discard();
        Tree::remove($this->sides->release);
        Tree::copy($release, $this->sides->release);

        return $this->apply($broken);
    }

    /**
     * @param list<string> $broken
     * @return array{items: list<Item>, conflicts: int}
     */
    private function apply(array $broken): array
    {
        $sides = $this->sides;

        return Merge::apply($sides->pristine, $sides->mine, $sides->release, $sides->from, $sides->to, $this->conflicts->directory(), $this->resolutions, $this->onConflict, $broken);
    }

    /**
     * @param list<Item> $items
     * @return list<string>
     */
    private function broken(array $items): array
    {
        $broken = [];
        foreach ($items as $item) {
            if ($item['outcome'] === 'merged' && str_ends_with($item['path'], '.php') && $this->syntax->fault($this->sides->mine, $item['from'] ?? $item['path']) === null) {
                $fault = $this->syntax->fault($this->sides->release, $item['path']);
                if ($fault !== null) {
                    $broken[] = $item['path'];
                    $this->reporter->warning('What merges of your changes and the release does not compile: ' . $fault);
                }
            }
        }

        return $broken;
    }
}
