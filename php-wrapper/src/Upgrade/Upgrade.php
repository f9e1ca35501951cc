<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Customizations\Sources;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Step as Steps;
use Lockstep\MigrationTool\Upgrade\Step\Step;

/** The upgrade: its steps in order; after a failure, their undo in reverse. The caller holds the lock and has recovered. */
final class Upgrade
{
    /** @return list<Step> */
    public static function steps(UpgradeOptions $options): array
    {
        return [
            new Steps\Preflight(),
            new Steps\Resolve(),
            new Steps\MakeStage(),
            new Steps\Solve(),
            new Steps\Inspect(),
            new Steps\Backup(),
            new Steps\Merge(),
            ...($options->customizationsFrom === null || $options->customizationsFrom === Sources::NONE ? [] : [new Steps\BringBack()]),
            new Steps\Verify(),
            ...($options->export === null ? [] : [new Steps\Export()]),
            new Steps\Commit(),
            new Steps\Confirm(),
            new Steps\Report(),
        ];
    }

    /** @return array<string, mixed> */
    public static function run(Shop $shop, UpgradeOptions $options, Reporter $reporter): array
    {
        $run = new Run($shop, $options, $reporter);
        $signals = Signals::catch(static fn (): bool => $run->committed || $run->rolledBack);
        $begun = [];
        try {
            $steps = self::steps($options);
            foreach ($steps as $index => $step) {
                if (!$step->applies($run)) {
                    $run->steps[] = ['name' => $step->name(), 'status' => 'skipped', 'seconds' => 0.0];
                    continue;
                }
                $reporter->step($index + 1, count($steps), $step->name());
                array_unshift($begun, $step);
                self::step($step, $run);
            }

            return $run->toArray();
        } catch (\Throwable $e) {
            self::undo($begun, $run);
            throw self::failure($e, $run)->with($run->toArray());
        } finally {
            $run->baseline = null;
            $run->releases = null;
            if (!$run->committed) {
                self::removeStage($run);
            }
            $signals->release();
        }
    }

    private static function step(Step $step, Run $run): void
    {
        $started = microtime(true);
        $status = 'failed';
        try {
            $step->run($run);
            $status = 'done';
        } finally {
            $run->reporter->progressDone();
            $run->steps[] = ['name' => $step->name(), 'status' => $status, 'seconds' => round(microtime(true) - $started, 3)];
        }
    }

    /** @param list<Step> $begun the last one first */
    private static function undo(array $begun, Run $run): void
    {
        foreach ($begun as $step) {
            try {
                $step->undo($run);
            } catch (CoreException $e) {
                $run->reporter->warning(sprintf('%s could not be undone: %s', $step->name(), $e->getMessage()));
            }
        }
    }

    private static function removeStage(Run $run): void
    {
        try {
            $run->stage?->remove();
        } catch (CoreException $e) {
            $run->reporter->warning(sprintf('The stage could not be removed; the next run does it. %s', $e->getMessage()));
        }
    }

    private static function failure(\Throwable $e, Run $run): Failure
    {
        return match (true) {
            $run->committed && !$run->closed => new Failure(
                ExitCode::PERSON_NEEDED,
                'not-undone',
                'The upgrade failed after the commit, and the commit could not be taken back: ' . $e->getMessage(),
                'Run "migration:tool:recover" (or vendor/bin/lockstep-recover); it names what is in the way.',
                [],
                $e,
            ),
            $e instanceof Failure => $e,
            $e instanceof CoreException => Failure::fromCore($e, ExitCode::UNEXPECTED),
            default => new Failure(ExitCode::UNEXPECTED, 'unexpected', $e->getMessage(), 'Run it again with -v, and report it with the output.', [], $e),
        };
    }
}
