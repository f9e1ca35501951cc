<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\MigrationTool\Composer\Address;
use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\LightStage;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** Lets Composer fetch the installed release again, from its cache or its repository, in a stage of its own. */
final class Reinstall
{
    private const TIMEOUT = 600;

    /**
     * Returns the directory below $to that holds the release.
     *
     * @param array<mixed> $package its entry of installed.json; empty when its version alone is known
     */
    public static function into(Shop $shop, InstalledTool $tool, array $package, Program $composer, Reporter $reporter, string $to): string
    {
        $package = $package === [] ? ReleasedPackage::ask($shop, $tool->version, $composer, $reporter) : $package;
        $stage = LightStage::make($shop);
        try {
            $stage->write('composer.json', ['require' => [Shop::TOOL => $tool->version]] + Manifest::of($shop)->light());
            $stage->write($shop->vendor . '/composer/installed.json', ['packages' => [self::entry($shop, $package)], 'dev' => true, 'dev-package-names' => []]);
            Tree::privateDirectory($stage->path($shop->toolPath())); // Composer forgets packages whose directory is not there
            $result = $composer->run($stage->stage, ['reinstall', '--no-plugins', '--no-scripts', '--no-autoloader', '--prefer-dist', '--no-interaction', '--no-ansi', '--no-progress', '--', Shop::TOOL], $reporter, self::TIMEOUT);
            $from = $stage->path($shop->toolPath());
            if ($result['status'] !== 0 || !is_file($from . '/composer.json')) {
                $error = ComposerError::of($result['errors'] . $result['output'], Manifest::of($shop)->repositories());
                throw new Failure(ExitCode::PREFLIGHT, $error->code, 'Composer: ' . $error->message, $error->hint);
            }
            Tree::remove($from . '/.git'); // where there is no archive Composer clones
            Tree::copy($from, $to . '/release');

            return $to . '/release';
        } finally {
            $stage->remove();
        }
    }

    /**
     * @param array<mixed> $package
     *
     * @return array<mixed>
     */
    private static function entry(Shop $shop, array $package): array
    {
        if (is_array($package['dist'] ?? null) && is_string($package['dist']['url'] ?? null)) {
            $package['dist']['url'] = Address::from($shop->root, $package['dist']['url']);
        }

        return ['install-path' => '../' . Shop::TOOL] + $package;
    }
}
