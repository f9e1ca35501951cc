<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\LightStage;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** Asks Composer what a "composer update" would come to with other lines in composer.json: in an empty project, behind the fence, without plugins, scripts or packages. */
final class Solver
{
    private const UPDATE = ['update', '--no-install', '--no-scripts', '--no-plugins', '--no-interaction', '--no-progress', '--no-ansi'];

    public function __construct(
        private readonly Shop $shop,
        private readonly Manifest $manifest,
        private readonly Program $composer,
        private readonly Reporter $reporter,
    ) {
    }

    /**
     * @param array<string, ?string> $changed  package => its constraint, null to require it no more
     * @param bool                   $platform the PHP that runs Composer, and its extensions, must fit, too
     */
    public function solve(array $changed, bool $platform): Solution
    {
        $stage = LightStage::make($this->shop);
        try {
            $stage->write('composer.json', $this->manifest->requiring($changed));
            $result = $this->composer->run($stage->stage, [...self::UPDATE, ...($platform ? [] : ['--ignore-platform-reqs'])], $this->reporter);

            return Solution::of($result, $stage->path('composer.lock'), $this->manifest->repositories());
        } finally {
            $stage->remove();
        }
    }
}
