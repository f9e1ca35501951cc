<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\Merge;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/** The merge into the staged release; PHP that compiles in the shop and no more once it is merged is a conflict, which takes a second merge. */
final class Merging
{
    private function __construct(
        private readonly Run $run,
        private readonly Conflicts $conflicts,
        private readonly ?string $resolutions,
        private readonly string $mine,
        private readonly string $tool,
    ) {
    }

    /**
     * @return array{items: list<array{path: string, outcome: string, reason: ?string, sha256: ?string}>, conflicts: int}
     * @throws CoreException
     */
    public static function run(Run $run, Conflicts $conflicts): array
    {
        $tool = $run->shop->toolPath();
        $merging = new self($run, $conflicts, $conflicts->resolutions(), $run->shop->path($tool), $run->stage()->path($tool));

        return $merging->merge();
    }

    /** @return array{items: list<array{path: string, outcome: string, reason: ?string, sha256: ?string}>, conflicts: int} */
    private function merge(): array
    {
        $release = null;
        if (preg_grep('/\.php$/D', $this->run->customizations['modified']) !== []) {
            $release = $this->run->stage()->release();
        }
        $result = $this->apply([]);
        $broken = $release === null ? [] : $this->broken($result['items']);
        if ($release === null || $broken === []) {
            return $result;
        }
        $this->conflicts->discard();
        Tree::remove($this->tool);
        Tree::copy($release, $this->tool);

        return $this->apply($broken);
    }

    /**
     * @param list<string> $broken
     * @return array{items: list<array{path: string, outcome: string, reason: ?string, sha256: ?string}>, conflicts: int}
     */
    private function apply(array $broken): array
    {
        $run = $this->run;

        return Merge::apply((string) $run->pristine, $this->mine, $this->tool, $run->from, $run->to, $this->conflicts->directory(), $this->resolutions, $run->options->onConflict, $broken);
    }

    /**
     * @param list<array{path: string, outcome: string, reason: ?string, sha256: ?string}> $items
     * @return list<string>
     */
    private function broken(array $items): array
    {
        $broken = [];
        foreach ($items as $item) {
            if ($item['outcome'] === 'merged' && str_ends_with($item['path'], '.php') && Syntax::fault($this->run, $this->mine, $item['path']) === null) {
                $fault = Syntax::fault($this->run, $this->tool, $item['path']);
                if ($fault !== null) {
                    $broken[] = $item['path'];
                    $this->run->reporter->warning('What merges of your changes and the release does not compile: ' . $fault);
                }
            }
        }

        return $broken;
    }
}
