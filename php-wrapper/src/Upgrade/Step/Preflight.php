<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Baseline;
use Lockstep\MigrationTool\Upgrade\Check\Check;
use Lockstep\MigrationTool\Upgrade\Check\Checks;
use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Lockstep\MigrationTool\Upgrade\LiveProof;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Stage;

/** Looks at everything that could stop the upgrade later, before anything is made; then notes how the live site is. */
final class Preflight implements Step
{
    public function name(): string
    {
        return 'Preflight';
    }

    public function applies(Run $run): bool
    {
        return true;
    }

    public function run(Run $run): void
    {
        $installed = $run->shop->installed();
        $run->from = $installed->toolBranch() !== '' ? $installed->toolBranch() : $installed->toolVersion();
        self::report($run, Checks::before());
        $run->releases = Releases::start($run->shop, Releases::ACT, $run->composer());
        try {
            $run->stage = Stage::make($run->shop, $run->id, Manifest::of($run->shop));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The stage could not be made');
        }
        self::report($run, Checks::withStage());
    }

    /** The live tree's state, taken once it is known that there is something to do. */
    public static function note(Run $run): void
    {
        if ($run->options->export === null) { // else nothing live is tried afterwards
            $run->baseline = Baseline::start($run->shop, $run->composer()->php, $run->stage()->temporary());
        }
        try {
            $run->proof = LiveProof::begin($run->shop, BackupStore::inside($run->shop, BackupStore::directory($run->shop, $run->options->backupDirectory)));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The live tree cannot be read');
        }
    }

    /** With --strict a warning stops it, too, as nobody may be there to read it; not where nothing is to be changed. */
    public static function refuseWarnings(Run $run): void
    {
        if (!$run->options->strict || $run->warnings === []) {
            return;
        }
        $told = array_map(static fn (Finding $finding): string => '- ' . implode("\n  ", $finding->lines()), $run->warnings);
        throw self::refusal('warnings', sprintf("The preflight has %d warnings, and with --strict none is passed over:\n%s", count($told), implode("\n", $told)), 'Put them in order, or run it without --strict. Nothing was changed.', $run->warnings);
    }

    public function undo(Run $run): void
    {
    }

    /** @param array<string, list<Check>> $groups */
    private static function report(Run $run, array $groups): void
    {
        $errors = [];
        foreach (array_merge(...array_values($groups)) as $check) {
            foreach (self::find($check, $run) as $finding) {
                if ($finding->stops) {
                    $errors[] = $finding;
                } else {
                    $run->warnings[] = $finding;
                    array_map($run->reporter->warning(...), $finding->lines());
                }
            }
        }
        if ($errors === []) {
            return;
        }
        foreach (array_slice($errors, 1) as $finding) {
            array_map($run->reporter->warning(...), $finding->lines('Also: '));
        }
        throw self::refusal($errors[0]->code, $errors[0]->message, $errors[0]->fix, $errors);
    }

    /** @param list<Finding> $findings */
    private static function refusal(string $code, string $message, string $fix, array $findings): Failure
    {
        return Failure::preflight($code, $message, $fix)->with(['findings' => array_map(static fn (Finding $finding): array => $finding->toArray(), $findings)]);
    }

    /** @return list<Finding> */
    private static function find(Check $check, Run $run): array
    {
        try {
            return $check->find($run);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT); // what cannot be looked at stops the upgrade, too
        }
    }
}
