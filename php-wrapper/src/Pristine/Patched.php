<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Export\Registration;
use Lockstep\MigrationTool\Upgrade\Patches;
use Lockstep\MigrationTool\Upgrade\Stage;
use Lockstep\MigrationTool\Upgrade\StagePlan;
use Lockstep\MigrationTool\Upgrade\StagedPrograms;
use Lockstep\Tree;

/**
 * The installed release with the patches that a Composer plugin (cweagans, vaimo) applied to it: what the plugin changed is
 * no edit of the user. The plugin itself patches it, in a stage of the shop in which the release is installed once more;
 * it alone knows where its patches come from, in which order and at which level they apply.
 */
final class Patched
{
    private const TIMEOUT = 600;
    private const REPORT = 'PATCHES.txt';

    private function __construct(
        private readonly Shop $shop,
        private readonly InstalledTool $tool,
        private readonly string $release,
        private readonly Reporter $reporter,
    ) {
    }

    public static function isTool(Shop $shop): bool
    {
        if (!StagePlan::hasPatches($shop)) {
            return false;
        }

        return self::applied($shop) !== [] || str_contains(self::text($shop->path('patches.lock.json')), '"' . Shop::TOOL . '"');
    }

    /** Returns the patched copy; the release as it is, with a warning, when the plugin does not bring it about. */
    public static function of(Shop $shop, InstalledTool $tool, string $release, Reporter $reporter, ?Program $composer): string
    {
        $self = new self($shop, $tool, $release, $reporter);
        $place = new PristineCache($shop, $tool->key() . '-patched-' . $self->identity());
        try {
            return $place->exists() ? $place->path : $place->take(static fn (string $to): string => $self->patch($composer ?? Program::find($shop), $to), $tool);
        } catch (CoreException | Failure $e) {
            $reporter->warning(sprintf('Release %s could not be patched as the installed tool is: the changes of its patches are told as yours. %s', $tool->version, $e->getMessage()));

            return $release;
        }
    }

    /** Changes with the patches that were applied, and with their files. */
    private function identity(): string
    {
        $patches = self::applied($this->shop);
        $parts = [json_encode($patches), self::text($this->shop->path('patches.lock.json')), str_starts_with($this->release, $this->shop->state()) ? '' : $this->release];
        array_walk_recursive($patches, function (mixed $value, int|string $key) use (&$parts): void {
            foreach ([$key, $value] as $name) {
                $parts[] = is_string($name) && $name !== '' ? self::text($this->shop->path($name)) : '';
            }
        });

        return substr(hash('sha256', serialize($parts)), 0, 12);
    }

    private function patch(Program $composer, string $to): string
    {
        $stage = Stage::make($this->shop, Identifier::make(), Manifest::of($this->shop));
        try {
            Tree::mirror($this->shop->root, $stage->composer->project, StagePlan::of($this->shop, $stage->composer->binDirectory, true) + Registration::plan($this->shop));
            Registration::withdraw($this->shop, $stage->composer, $composer);
            $applied = self::applied($this->shop);
            $installed = InstalledJson::file($stage->path($this->shop->vendor));
            InstalledJson::forget($installed, Shop::TOOL);
            PatchedManifest::lock($stage->path('composer.lock'), $this->release, $this->tool->reference);
            PatchedManifest::declare($stage->path('composer.json'), $applied, $this->shop);
            $arguments = ['install', '--no-scripts', '--prefer-dist', '--no-interaction', '--no-ansi', '--no-progress', ...($this->shop->installed()->withDev() ? [] : ['--no-dev'])];
            $bin = $stage->composer->binDirectory;
            StagedPrograms::hold($this->shop->path($bin), $stage->path($bin), $stage->path($this->shop->vendor));
            $result = $composer->run($stage->composer, $arguments, $this->reporter, self::TIMEOUT);
            if ($result['status'] !== 0 || !is_dir($stage->path($this->shop->toolPath()))) {
                $error = ComposerError::of($result['errors'] . $result['output']);
                throw new Failure(ExitCode::PREFLIGHT, $error->code, 'Composer: ' . $error->message, $error->hint);
            }
            if (InstalledJson::read($installed)->patches(Shop::TOOL) != $applied) { // in any order
                throw Failure::preflight('patches', 'Not the same patches apply as when it was installed.');
            }
            Tree::copy($stage->path($this->shop->toolPath()), $to . '/release');
            $this->takeReport($to . '/release/' . self::REPORT);

            return $to . '/release';
        } finally {
            $stage->remove();
        }
    }

    /** cweagans' report also names the patches that did not apply; it is no edit of the user. */
    private function takeReport(string $report): void
    {
        $live = $this->shop->path($this->shop->toolPath() . '/' . self::REPORT);
        if (is_file($report) && str_starts_with(self::text($live), 'This file was automatically generated by Composer Patches')) {
            copy($live, $report);
        }
    }

    /** @return array<mixed> */
    private static function applied(Shop $shop): array
    {
        return Patches::applied(InstalledJson::of($shop), Shop::TOOL);
    }

    private static function text(string $file): string
    {
        return is_file($file) ? (string) file_get_contents($file) : '';
    }
}
