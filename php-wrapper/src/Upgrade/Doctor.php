<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\Lock;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Shop\Owner;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\MigrationTool\Upgrade\Check\Check;
use Lockstep\MigrationTool\Upgrade\Check\Checks;
use Lockstep\MigrationTool\Upgrade\Check\Finding;

/**
 * Performs all checks of Preflight, each whatever the others said; a check that fails is an error that it found. Nothing stays
 * of what is made for those that need a stage, and without the right to write, the lock or a sound journal none is made.
 *
 * @phpstan-type CheckResult array{name: string, status: string, findings: list<array{level: string, code: string, message: string, fix: string}>}
 */
final class Doctor
{
    /** @var array<string, list<CheckResult>> */
    private array $groups = [];
    /** @var array<string, true> failures that were told: one broken file stops many checks, and is told once */
    private array $told = [];
    private ?string $composer = null;

    private function __construct(private readonly Run $run)
    {
    }

    /** @return array{groups: list<array{name: string, checks: list<CheckResult>}>, composer: array{path: ?string, version: ?string}} */
    public static function examine(Run $run): array
    {
        $self = new self($run);
        foreach ([Checks::around(), Checks::before()] as $groups) {
            $self->each($groups, $self->perform(...));
        }
        $self->inStage();
        $groups = array_map(static fn (string $name, array $checks): array => ['name' => $name, 'checks' => $checks], array_keys($self->groups), array_values($self->groups));

        return ['groups' => $groups, 'composer' => ['path' => $run->composer?->path, 'version' => $self->composer]];
    }

    private function inStage(): void
    {
        $shop = $this->run->shop;
        $lock = $failed = null;
        $why = $this->hindrance();
        try {
            if ($why === null) {
                $lock = Lock::acquire($shop->root);
                $this->run->stage = Stage::make($shop, $this->run->id, Manifest::of($shop));
            }
        } catch (\Throwable $failed) {
            $why = $lock === null ? $failed->getMessage() : null; // another run was told before
        }
        try {
            $this->each(Checks::withStage(), match (true) {
                $why !== null => static fn (Check $check): array => self::notTried($check, $why),
                $failed !== null => fn (Check $check): array => $this->failed($check, $failed),
                default => $this->perform(...),
            });
            $this->composer = $why === null && $failed === null ? $this->composerVersion() : null;
        } finally {
            $this->run->stage?->remove();
            Owner::giveState($shop, $this->run->reporter);
            $lock?->release();
        }
    }

    /** Why no stage is to be made here and now, which another check told; null when one can be tried. */
    private function hindrance(): ?string
    {
        $shop = $this->run->shop;
        try {
            Owner::check($shop, $this->run->options->allowRoot);
            StatePlace::check($shop);
            $pending = Recovery::isPending($shop);
        } catch (Failure $e) {
            return $e->getMessage();
        }

        return match (true) {
            $pending => 'an interrupted run waits for its recovery',
            is_file($shop->state('probing.json')) => 'a trial of the file system was interrupted; "migration:tool:recover" clears it away',
            default => null,
        };
    }

    private function composerVersion(): ?string
    {
        try {
            return $this->run->composer()->version($this->run->stage()->composer);
        } catch (Failure) {
            return null; // told by the check
        }
    }

    /**
     * @param array<string, list<Check>>    $groups
     * @param callable(Check): CheckResult $do
     */
    private function each(array $groups, callable $do): void
    {
        foreach ($groups as $name => $checks) {
            foreach ($checks as $check) {
                $this->groups[$name][] = $do($check);
            }
        }
    }

    /** @return CheckResult */
    private function perform(Check $check): array
    {
        try {
            $findings = $check->find($this->run);
        } catch (\Throwable $e) {
            return $this->failed($check, $e);
        }

        return self::result($check, $findings);
    }

    /** @return CheckResult */
    private function failed(Check $check, \Throwable $e): array
    {
        if (isset($this->told[$e->getMessage()])) {
            return self::notTried($check, $e->getMessage());
        }
        $this->told[$e->getMessage()] = true;

        return self::result($check, [self::finding($e)]);
    }

    /**
     * @param list<Finding> $findings
     *
     * @return CheckResult
     */
    private static function result(Check $check, array $findings): array
    {
        $stops = array_filter($findings, static fn (Finding $finding): bool => $finding->stops) !== [];

        return [
            'name' => Checks::title($check),
            'status' => $findings === [] ? 'ok' : ($stops ? 'error' : 'warning'),
            'findings' => array_map(static fn (Finding $finding): array => $finding->toArray(), $findings),
        ];
    }

    private static function finding(\Throwable $e): Finding
    {
        return match (true) {
            $e instanceof Failure => Finding::error($e->error, $e->getMessage(), $e->hint),
            $e instanceof CoreException => Finding::error($e->getStatus(), trim($e->getPath() . ': ' . $e->getMessage(), ': '), Failure::hint($e)),
            str_contains($e->getMessage(), 'open_basedir restriction') => Finding::error('open-basedir', $e->getMessage(), 'Run the command with "php -d open_basedir=".'),
            default => Finding::error('unexpected', $e->getMessage(), sprintf('The check itself failed (%s:%d): please report it.', basename($e->getFile()), $e->getLine())),
        };
    }

    /** @return CheckResult */
    private static function notTried(Check $check, string $why): array
    {
        return ['name' => Checks::title($check), 'status' => 'not-tried', 'findings' => [Finding::warning('not-tried', 'Not tried: ' . $why)->toArray()]];
    }
}
