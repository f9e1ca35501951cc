<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

/** The three sides of one merge: absolute directories, the versions for labels, and the release that is changed in place. */
final class MergeSides
{
    /** @param list<string> $modified the files of mine that differ from the pristine ones */
    public function __construct(
        public readonly string $pristine,
        public readonly string $mine,
        public readonly string $release,
        public readonly string $from,
        public readonly string $to,
        public readonly array $modified,
    ) {
    }
}
