<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\Merge as Core;
use Lockstep\MigrationTool\Console\ConflictText;
use Lockstep\MigrationTool\Customizations\Source;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\MergeOutcome;
use Lockstep\MigrationTool\Upgrade\MergeSides;
use Lockstep\MigrationTool\Upgrade\MergeText;
use Lockstep\MigrationTool\Upgrade\Merging;
use Lockstep\MigrationTool\Upgrade\PristineSides;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/** Merges saved customizations, or those of a backup, into the staged release, in which those of the installed tool are by now. */
final class BringBack implements Step
{
    public function name(): string
    {
        return 'Bring back';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo && $run->source !== null;
    }

    public function run(Run $run): void
    {
        $source = $run->source ?? throw new \LogicException('There is nothing to bring back.');
        $tool = $run->stage()->path($run->shop->toolPath());
        $from = self::label($source);
        try {
            $pristine = PristineSides::source($run, $source);
            $mine = $run->stage()->temporary('saved');
            $source->into($mine, $pristine, $run->reporter);
            $found = Core::classify($pristine, $mine);
            $base = $this->base($run, $found, $pristine, $tool);
            $conflicts = Conflicts::of($run, $mine, $from, '-saved');
            $modified = array_column(array_filter($found, static fn (array $item): bool => $item['kind'] === 'modified'), 'path');
            $sides = new MergeSides($base, $mine, $tool, $from, $run->to, $modified);
        } catch (CoreException $e) {
            throw self::failed($e);
        }
        $merged = $this->merge($run, $sides, $conflicts);
        if (Merge::settle($run, $merged->conflicts)) {
            $merged = $this->merge($run, $sides, $conflicts->again());
        }
        $run->merge = $this->together($run->merge, $merged);
        foreach ($merged->items as $item) {
            foreach (MergeText::of($item) as $line) {
                $run->reporter->line($line);
            }
        }
        if ($merged->conflicts !== []) {
            $paths = $merged->paths('conflict');
            ConflictText::tell($merged->conflicts, $run->reporter);
            throw new Failure(
                ExitCode::CONFLICT,
                'conflict',
                sprintf("%d of the files that are brought back and the release changed the same place:\n  %s", count($paths), implode("\n  ", array_map(Terminal::safe(...), $paths))),
                sprintf('Resolve them in %s: edit each file that has markers (beside it .base, .mine, .theirs). Then run the command again. Or decide for all with --on-conflict=new or --on-conflict=mine.', (string) $run->merge->conflictsDirectory),
            );
        }
        Merge::optimize($run);
    }

    private function merge(Run $run, MergeSides $sides, Conflicts $conflicts): MergeOutcome
    {
        try {
            $result = Merging::run($sides, $conflicts, $run->options->onConflict, Syntax::of($run), static function () use ($run, $sides): string {
                $kept = $run->stage()->temporary('unsaved');
                Tree::remove($kept);
                Tree::copy($sides->release, $kept);

                return $kept;
            }, $run->reporter);
        } catch (CoreException $e) {
            $conflicts->discard();
            throw self::failed($e);
        }
        $stopped = $result['conflicts'] > 0 && $run->options->onConflict === 'stop';

        return new MergeOutcome($result['items'], $conflicts->finish($result['items'], $stopped), $stopped ? $conflicts->all($result['items']) : []);
    }

    private static function failed(CoreException $e): Failure
    {
        return Failure::fromCore($e, $e->getStatus() === 'invalid' ? ExitCode::CONFLICT : ExitCode::UNEXPECTED, 'The saved customizations could not be merged');
    }

    public function undo(Run $run): void
    {
    }

    /** A file that is in the shop no more gets the permissions that it had there: config.xml holds passwords. */
    public static function modes(Run $run): void
    {
        $tool = $run->shop->toolPath();
        foreach ($run->source === null ? [] : $run->merge->items as $item) {
            $mine = $run->stage()->temporary('saved/' . ($item['from'] ?? $item['path']));
            $staged = $run->stage()->path($tool . '/' . $item['path']);
            if (is_file($mine) && is_file($staged) && !is_link($mine) && !is_link($staged) && !file_exists($run->shop->path($tool . '/' . $item['path']))) {
                chmod($staged, (int) fileperms($mine) & 07777);
            }
        }
    }

    /** How their side is named in conflicts. */
    public static function label(Source $source): string
    {
        return sprintf('%s, %s', $source->base()->tool->version, $source->id());
    }

    /**
     * An X that was made of X.dist and is there again already has X.dist's text as what both were made from.
     *
     * @param list<array{path: string, kind: string, dist: ?string, unedited: bool}> $found
     */
    private function base(Run $run, array $found, string $pristine, string $tool): string
    {
        $again = array_filter($found, static fn (array $item): bool => $item['kind'] === 'added' && $item['dist'] !== null && is_file($tool . '/' . $item['path']));
        if ($again === []) {
            return $pristine;
        }
        $base = $run->stage()->temporary('base');
        Tree::copy($pristine, $base);
        foreach ($again as $item) {
            copy($pristine . '/' . $item['dist'], $base . '/' . $item['path']);
        }

        return $base;
    }

    /** What became of a path is told once, as the last merge left it. */
    private function together(MergeOutcome $first, MergeOutcome $second): MergeOutcome
    {
        $items = array_column($first->items, null, 'path');
        foreach ($second->items as $item) {
            $earlier = $items[$item['path']] ?? null;
            $items[$item['path']] = $earlier !== null && $item['outcome'] === 'obsolete' ? ['sha256' => $item['sha256']] + $earlier : $item;
        }
        ksort($items);

        return new MergeOutcome(array_values($items), $second->conflictsDirectory ?? $first->conflictsDirectory, $second->conflicts);
    }
}
