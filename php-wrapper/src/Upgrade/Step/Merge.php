<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Conflicts\Conflict;
use Lockstep\MigrationTool\Console\ConflictText;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Modules\ModuleFiles;
use Lockstep\MigrationTool\Modules\ModuleMerge;
use Lockstep\MigrationTool\Modules\ModuleText;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\AutoloaderFlags;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\MergeOutcome;
use Lockstep\MigrationTool\Upgrade\MergeSides;
use Lockstep\MigrationTool\Upgrade\MergeText;
use Lockstep\MigrationTool\Upgrade\Merging;
use Lockstep\MigrationTool\Upgrade\OptimizedAutoloader;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/** Carries the customizations into the staged release. */
final class Merge implements Step
{
    public function name(): string
    {
        return 'Merge';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo;
    }

    public function run(Run $run): void
    {
        try {
            $run->delta()->released = Tree::scan($run->stage()->path($run->shop->toolPath()), [], true);
            if ($run->options->export !== null) {
                $run->stage()->release(); // what the patch is made against
            }
            if ($run->pristine === null) {
                self::optimize($run);

                return;
            }
        } catch (CoreException $e) {
            throw self::failed($e);
        }
        $conflicts = Conflicts::of($run);
        $stopped = $this->merge($run, $run->pristine, $conflicts);
        if (self::settle($run, $run->merge->conflicts)) {
            $stopped = $this->merge($run, $run->pristine, $conflicts->again());
        }
        $this->tell($run);
        ModuleText::tell($run->modules, $run->reporter);
        if ($stopped) {
            throw $this->conflict($run);
        }
        self::optimize($run);
    }

    /** @return bool do conflicts stop it? The release is then as it was. */
    private function merge(Run $run, string $pristine, Conflicts $conflicts): bool
    {
        $tool = $run->stage()->path($run->shop->toolPath());
        $modules = $conflicts->modules($run->shop->root);
        try {
            $sides = new MergeSides($pristine, $run->shop->path($run->shop->toolPath()), $tool, $run->from, $run->to, $run->customizations['modified']);
            $files = $run->baseless ? [] : ModuleFiles::of($run->shop);
            if ($files !== []) {
                $run->stage()->release(); // as it is before the merge
            }
            $result = Merging::run($sides, $conflicts, $run->options->onConflict, Syntax::of($run), $run->stage()->release(...), $run->reporter);
            $run->modules = ModuleMerge::run($run, $files, $modules);
        } catch (Failure $e) { // what was left of an earlier conflict stays the newest
            $conflicts->discard();
            $run->merge = MergeOutcome::open([...$conflicts->open(), ...$modules->open()]);
            ConflictText::tell($run->merge->conflicts, $run->reporter);
            throw $e;
        } catch (CoreException $e) {
            $conflicts->discard();
            throw self::failed($e);
        }
        $stopped = ($result['conflicts'] > 0 || $run->modules->conflicts !== []) && $run->options->onConflict === 'stop';
        if ($stopped) {
            $conflicts->keep($result['conflicts'] > 0 ? [] : (new MergeOutcome($result['items']))->paths('resolved'));
            $modules->keep($run->modules->conflicts !== [] ? [] : $run->modules->resolved);
        }
        $left = $stopped ? [...$conflicts->all($result['items']), ...$modules->all($run->modules->stopping())] : [];
        $run->merge = new MergeOutcome($result['items'], $conflicts->finish([...$result['items'], ...$run->modules->items], $stopped), $left);

        return $stopped;
    }

    /**
     * Asks about each conflict where the user wants to be asked.
     *
     * @param list<Conflict> $conflicts
     * @return bool is each of them decided, so that it is worth another merge?
     */
    public static function settle(Run $run, array $conflicts): bool
    {
        if ($conflicts === [] || $run->options->interactive === null) {
            return false;
        }
        $run->reporter->progressDone();

        return $run->options->interactive->settle($conflicts, Syntax::of($run), $run->stage()->temporary('edit'));
    }

    private static function failed(CoreException $e): Failure
    {
        return Failure::fromCore($e, $e->getStatus() === 'invalid' ? ExitCode::CONFLICT : ExitCode::UNEXPECTED, 'The customizations could not be merged');
    }

    public function undo(Run $run): void
    {
    }

    /** An optimized class map names the user's own classes too. */
    public static function optimize(Run $run): void
    {
        $flags = AutoloaderFlags::of($run->shop);
        if ($flags->optimized) {
            OptimizedAutoloader::write($run->shop, $run->stage(), $run->delta(), $flags);
            $run->delta()->refresh($run->shop, $run->stage());
        }
    }

    private function tell(Run $run): void
    {
        foreach (Noise::lines($run->merge->noise()) as $line) {
            $run->reporter->line($line);
        }
        foreach ($run->merge->items as $item) {
            if (MergeOutcome::isNoise($item)) {
                continue;
            }
            foreach (MergeText::of($item) as $line) {
                $run->reporter->line($line);
            }
        }
        foreach ($this->leftBehind($run) as $directory) {
            $run->reporter->warning(sprintf('"%s" is not in release %s and nothing tells where it went: your files stay there, look whether they belong elsewhere now.', $directory, $run->to));
        }
    }

    /** @return list<string> directories with carried files that the old release had and the new one has not */
    private function leftBehind(Run $run): array
    {
        $directories = [];
        foreach ($run->merge->paths('carried') as $path) {
            for ($directory = dirname($path); $directory !== '.'; $directory = dirname($directory)) {
                if ($run->delta()->released?->entry($directory) === null && is_dir($run->pristine . '/' . $directory)) {
                    $directories[$directory] = true;
                }
            }
        }
        ksort($directories);

        return array_values(array_filter(array_keys($directories), static fn (string $directory): bool => !isset($directories[dirname($directory)])));
    }

    private function conflict(Run $run): Failure
    {
        $paths = [...$run->merge->paths('conflict'), ...$run->modules->conflicts];
        ConflictText::tell($run->merge->conflicts, $run->reporter);

        return new Failure(
            ExitCode::CONFLICT,
            'conflict',
            sprintf("%d of your files and the new release changed the same place:\n  %s", count($paths), implode("\n  ", array_map(Terminal::safe(...), $paths))),
            sprintf('Resolve them in %s: edit each file that has markers (beside it .base, .mine, .theirs); where a release dropped a file, copy the .mine to its name to keep it. Then run the command again, or be asked about each with --interactive. Or decide for all with --on-conflict=new or --on-conflict=mine.', (string) $run->merge->conflictsDirectory),
        );
    }
}
