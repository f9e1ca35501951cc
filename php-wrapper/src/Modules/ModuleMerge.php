<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\CoreException;
use Lockstep\Merge;
use Lockstep\MigrationTool\Console\FileDiff;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\PristineSides;
use Lockstep\MigrationTool\Upgrade\Run;

/**
 * The files of the user's own modules merged with the new release as the tool's own files are: as a proposal, or with
 * --merge-modules for the commit. A proposal takes "mine" where both sides conflict, as it stops nothing.
 *
 * @phpstan-import-type ModuleData from ModuleResult
 */
final class ModuleMerge
{
    /** @var array<string, ModuleData> path => what is told of it */
    private array $told = [];
    private readonly string $release;
    /** What the files were made from: where lost customizations come back to an upgraded tool, the release that those are of. */
    private readonly string $pristine;
    private readonly string $from;

    private function __construct(
        private readonly Run $run,
        private readonly Conflicts $conflicts,
    ) {
        $this->release = $run->stage()->release();
        $source = $run->isSameRelease() ? $run->source : null;
        $this->pristine = $source === null ? (string) $run->pristine : PristineSides::source($run, $source);
        $this->from = $source === null ? $run->from : $source->base()->tool->version;
    }

    /**
     * @param list<ModuleFile> $files
     * @throws CoreException
     */
    public static function run(Run $run, array $files, Conflicts $conflicts): ModuleResult
    {
        return $files === [] ? new ModuleResult() : (new self($run, $conflicts))->merge($files);
    }

    /** @param list<ModuleFile> $files */
    private function merge(array $files): ModuleResult
    {
        $proposed = $wanted = [];
        foreach ($this->origins($files) as [$file, $origin, $successor]) {
            $this->told[$file->path] = $this->first($file, $origin, $successor);
            if ($this->told[$file->path]['outcome'] === ModuleResult::MERGED) {
                if ($this->run->options->mergeModules && $file->outside === null) {
                    $wanted[$file->path] = [$origin, $successor];
                } else {
                    $proposed[$file->path] = [$origin, $successor];
                }
            }
        }
        $this->propose($proposed);

        return $this->take($wanted);
    }

    /**
     * @param list<ModuleFile> $files
     * @return list<array{ModuleFile, ?string, ?string}> with the old release's file, and the new one's
     */
    private function origins(array $files): array
    {
        $found = (new Origins($this->pristine))->all($this->run->shop, $files);
        $origins = array_values(array_filter($found, 'is_string'));
        $successors = $origins === [] ? [] : array_combine($origins, Merge::moved($this->pristine, $this->release, $origins));

        return array_map(static fn (ModuleFile $file): array => [$file, $found[$file->path] ?? null, $successors[$found[$file->path] ?? ''] ?? null], $files);
    }

    /** @return ModuleData what can be told without a merge; MERGED: one is to be tried */
    private function first(ModuleFile $file, ?string $origin, ?string $successor): array
    {
        [$outcome, $reason] = match (true) {
            $origin === null => [ModuleResult::OWN, sprintf('no file of release %s is like it', $this->from)],
            $successor === null => [ModuleResult::DROPPED, sprintf('release %s has no file like it', $this->run->to)],
            self::same($this->pristine . '/' . $origin, $this->release . '/' . $successor) => [ModuleResult::UNCHANGED, null],
            self::same($this->run->shop->path($file->path), $this->release . '/' . $successor) => [ModuleResult::CURRENT, null],
            default => [ModuleResult::MERGED, $file->outside],
        };

        return ['file' => $file->path, 'option' => $file->option, 'origin' => $origin, 'release' => $successor, 'outcome' => $outcome, 'merged' => false, 'reason' => $reason, 'diff' => ''];
    }

    /** @param array<string, array{?string, ?string}> $files */
    private function propose(array $files): void
    {
        if ($files !== []) {
            $triples = $this->triples('proposed', $files);
            $this->tell($files, $triples, $this->apply($triples, $triples->side('conflicts'), null, 'mine')['items'], $triples->side('conflicts'));
        }
    }

    /** @param array<string, array{?string, ?string}> $files */
    private function take(array $files): ModuleResult
    {
        if ($files === []) {
            return new ModuleResult(array_values($this->told));
        }
        foreach (array_keys($files) as $path) {
            if (!is_writable(dirname($this->run->shop->path($path)))) {
                throw Failure::preflight('not-writable', sprintf('"%s" cannot be changed: its directory is not writable.', $path), 'Run it as the Magento file system owner, or without --merge-modules.');
            }
        }
        $triples = $this->triples('modules', $files);
        $stop = $this->run->options->onConflict === 'stop';
        $result = $this->apply($triples, $this->conflicts->directory(), $this->conflicts->resolutions(), $this->run->options->onConflict);
        $this->tell($files, $triples, $result['items'], $this->conflicts->directory());
        $commit = [];
        if ($result['conflicts'] === 0 || !$stop) {
            foreach ($this->changed($files, $triples) as $path) {
                StagedFile::put($this->run->shop, $this->run->stage(), $path, $triples->side('theirs', $path));
                $commit[] = $path;
                if (isset($this->told[$path])) {
                    $this->told[$path] = [...$this->told[$path], 'merged' => true];
                }
            }
        }
        $paths = static fn (string $outcome): array => array_column(array_filter($result['items'], static fn (array $item): bool => $item['outcome'] === $outcome), 'path');

        return new ModuleResult(array_values($this->told), $commit, $paths('conflict'), $paths('resolved'));
    }

    /** @param array<string, array{?string, ?string}> $files */
    private function triples(string $name, array $files): Triples
    {
        $triples = Triples::in($this->run->stage()->temporary($name), $this->pristine, $this->release);
        foreach ($files as $path => [$origin, $successor]) {
            $triples->add($path, $this->pristine . '/' . $origin, $this->run->shop->path($path), $this->release . '/' . $successor);
        }

        return $triples;
    }

    /** @return array{items: list<array{path: string, outcome: string, reason: ?string, sha256: ?string}>, conflicts: int} */
    private function apply(Triples $triples, string $conflicts, ?string $resolutions, string $onConflict): array
    {
        return Merge::apply($triples->side('base'), $triples->side('mine'), $triples->side('theirs'), $this->from, $this->run->to, $conflicts, $resolutions, $onConflict);
    }

    /**
     * @param array<string, array{?string, ?string}>                                       $files
     * @param list<array{path: string, outcome: string, reason: ?string, sha256: ?string}> $items
     */
    private function tell(array $files, Triples $triples, array $items, string $conflicts): void
    {
        $items = array_column($items, null, 'path');
        foreach (array_keys($files) as $path) {
            $outcome = $items[$path]['outcome'] ?? ModuleResult::FOLLOWS; // it is the old release's file
            $merged = $outcome === ModuleResult::CONFLICT ? $conflicts . '/' . $path : $triples->side('theirs', $path);
            $outcome = $outcome === 'obsolete' || self::same($triples->side('mine', $path), $merged) ? ModuleResult::CURRENT : $outcome;
            $diff = is_file($merged) ? FileDiff::between($triples->side('mine', $path), $merged, $path) : '';
            $this->told[$path] = [...$this->told[$path], 'outcome' => $outcome, 'reason' => $items[$path]['reason'] ?? $this->told[$path]['reason'], 'diff' => $diff];
        }
    }

    /**
     * @param array<string, array{?string, ?string}> $files
     * @return list<string> paths that are another file, or new or gone, after the merge
     */
    private function changed(array $files, Triples $triples): array
    {
        $changed = array_keys(array_filter($files, static fn (string $path): bool => !self::same($triples->side('mine', $path), $triples->side('theirs', $path)), ARRAY_FILTER_USE_KEY));
        foreach (Files::below($triples->side('theirs')) as $path) { // the other side of a conflict, beside it
            if (!isset($files[$path]) && str_starts_with($path, 'app/code/')) {
                $changed[] = $path;
            }
        }

        return $changed;
    }

    private static function same(string $left, string $right): bool
    {
        return is_file($left) && is_file($right) && hash_file('sha256', $left) === hash_file('sha256', $right);
    }
}
