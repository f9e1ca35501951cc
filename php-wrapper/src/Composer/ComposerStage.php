<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/** Where Composer runs: a staged project, never the live tree. */
final class ComposerStage
{
    /**
     * @param string $top          absolute; the private directory that is removed at the end
     * @param string $project      absolute; the root of the staged project, $top or below it
     * @param string $temporary    absolute; TMPDIR, inside $top
     * @param string $binDirectory relative to the project
     */
    public function __construct(
        public readonly string $top,
        public readonly string $project,
        public readonly string $temporary,
        public readonly string $binDirectory = 'vendor/bin',
    ) {
    }
}
