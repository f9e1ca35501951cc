<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\AutoloaderFlags;
use Lockstep\MigrationTool\Upgrade\Constraint;
use Lockstep\MigrationTool\Upgrade\Delta;
use Lockstep\MigrationTool\Upgrade\LockChanges;
use Lockstep\MigrationTool\Upgrade\NoBase;
use Lockstep\MigrationTool\Upgrade\Patches;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\SameRelease;
use Lockstep\MigrationTool\Upgrade\WriteFence;
use Lockstep\MigrationTool\Upgrade\StagedPrograms;
use Lockstep\Process;
use Lockstep\Tree;

/** Lets Composer solve and install in the stage, behind the write fence: first the lock file alone, and only when nothing else changes the packages. */
final class Solve implements Step
{
    private const QUIET = ['--no-scripts', '--no-interaction', '--no-progress', '--no-ansi'];

    public function name(): string
    {
        return 'Solve';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo;
    }

    public function run(Run $run): void
    {
        if ($run->isSameRelease()) {
            SameRelease::stage($run);

            return;
        }
        $bin = $run->stage()->composer->binDirectory;
        $programs = StagedPrograms::hold($run->shop->path($bin), $run->stage()->path($bin), $run->stage()->path($run->shop->vendor));
        try {
            $this->require($run);
            LockChanges::check($run);
            $this->install($run, AutoloaderFlags::of($run->shop));
            $programs->release();
        } finally {
            $this->keepOutput($run);
            if (WriteFence::isCopies()) {
                $run->proof?->check($run->reporter); // also when Composer failed: nothing kept it from writing
            }
        }
        try {
            $run->delta = Delta::of($run->shop, $run->stage());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'What Composer installed cannot be read');
        }
        $this->tell($run);
    }

    public function undo(Run $run): void
    {
    }

    /** Phase one: composer.json and composer.lock. The pristine release is fetched beside it. */
    private function require(Run $run): void
    {
        $installed = $run->shop->installed();
        $arguments = ['require', '--no-install', ...self::QUIET, '--prefer-dist'];
        if ($installed->toolSection() === 'require-dev') {
            $arguments[] = '--dev';
        }
        if (!$installed->withDev()) {
            $arguments[] = '--update-no-dev';
        }
        if ($this->isCheckout($run)) { // of which Composer would ask whether it has changes
            InstalledJson::forget(InstalledJson::file($run->stage()->path($run->shop->vendor)), Shop::TOOL);
        }
        $package = ['--', Shop::TOOL . ':' . $run->to];
        $process = $run->composer()->start($run->stage()->composer, [...$arguments, ...$package]);
        if ($installed->hasTool()) {
            $run->pristine = NoBase::orPristine($run);
        }
        $result = $this->wait($run, $process);
        if ($result['status'] !== 0 && $run->options->withDependencies) {
            $run->reporter->line('The release does not fit beside the other packages; trying with changes of others.');
            $result = $run->composer()->run($run->stage()->composer, [...$arguments, '--with-all-dependencies', ...$package], $run->reporter);
        }
        $run->composerLog .= $result['errors'] . $result['output'];
        self::check($run, $result, sprintf('Composer cannot require %s %s.', Shop::TOOL, $run->to));
    }

    /** Phase two: the packages and the autoloader, as the live ones were made. */
    private function install(Run $run, AutoloaderFlags $flags): void
    {
        $manifest = $run->stage()->path('composer.json');
        $text = (string) file_get_contents($manifest);
        file_put_contents($manifest, Manifest::withoutOptimizing($text)); // config is not part of the lock's hash
        $arguments = ['install', ...self::QUIET, ...($this->isCheckout($run) ? ['--prefer-dist'] : []), ...($run->shop->installed()->withDev() ? [] : ['--no-dev']), ...$flags->arguments()];
        $lock = hash_file('sha256', $run->stage()->path('composer.lock'));
        $result = $run->composer()->run($run->stage()->composer, $arguments, $run->reporter);
        file_put_contents($manifest, $text);
        $run->composerLog .= $result['errors'] . $result['output'];
        $message = sprintf('Composer cannot install %s %s.', Shop::TOOL, $run->to);
        self::check($run, ComposerError::isWrongHash($result['errors']) ? ['status' => 1] + $result : $result, $message); // it would go on with a checkout
        if (hash_file('sha256', $run->stage()->path('composer.lock')) !== $lock) {
            LockChanges::check($run); // a plugin wrote to it
        }
        if (is_link($run->stage()->path($run->shop->toolPath()))) { // the merge would write where the link leads to
            throw new Failure(ExitCode::COMPOSER, 'tool-link', sprintf('Composer links %s to its path repository, and a release that is linked cannot be customized.', Shop::TOOL), 'Let Composer copy it: "options": {"symlink": false} for its repository in composer.json.');
        }
        if (!is_dir($run->stage()->path($run->shop->toolPath()))) {
            throw new Failure(ExitCode::COMPOSER, 'composer', sprintf('Composer says that it installed %s, but "%s" is not there.', Shop::TOOL, $run->shop->toolPath()), 'Run it again with -v to see all of Composer\'s output.');
        }
    }

    private function isCheckout(Run $run): bool
    {
        return file_exists($run->shop->path($run->shop->toolPath() . '/.git'));
    }

    /** @return array{status: int, output: string, errors: string, seconds: float} */
    private function wait(Run $run, Process $process): array
    {
        try {
            return $process->wait(static function (string $chunk, bool $isError) use ($run): void {
                $run->reporter->detail($chunk);
            });
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'Composer');
        }
    }

    /** For whoever asks later what Composer did; the user's own eyes only. */
    private function keepOutput(Run $run): void
    {
        try {
            Tree::put($run->shop->state('last-composer.log'), Secrets::maskAddresses($run->composerLog));
        } catch (CoreException $e) {
            $run->reporter->warning('Composer\'s output could not be kept: ' . $e->getMessage());
        }
    }

    /** @param array{status: int, output: string, errors: string, seconds: float} $result */
    private static function check(Run $run, array $result, string $message): void
    {
        if ($result['status'] !== 0) {
            $error = ComposerError::of($result['errors'] . "\n" . $result['output'], Manifest::of($run->shop)->repositories());
            throw Patches::failure($result['errors'] . $result['output'], $message . "\n" . $error->message, $run->to) ?? new Failure(ExitCode::COMPOSER, $error->code, $message . "\n" . $error->message, $error->hint);
        }
    }

    private function tell(Run $run): void
    {
        $run->constraint = Constraint::of($run);
        if (Constraint::text($run->constraint) !== '') {
            $run->reporter->line('composer.json: ' . Constraint::text($run->constraint));
        }
        foreach ($run->delta()->packages() as $package) {
            $run->reporter->line($package['from'] === $package['to']
                ? sprintf('%s %s: installed anew by a plugin, with other files than before (the old ones stay in the undo copy)', $package['name'], $package['to'])
                : sprintf('%s %s → %s', $package['name'], $package['from'] === '' ? '–' : $package['from'], $package['to'] === '' ? '–' : $package['to']));
        }
        $run->patchesLost = Patches::lost($run);
        foreach ($run->patchesLost as $patch) {
            $run->reporter->warning(sprintf('A patch fits no more, and the patch plugin skipped it: %s. Its changes are gone; adjust it for release %s.', $patch, $run->to));
        }
    }
}
