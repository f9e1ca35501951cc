<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Conflicts;

/** One place of a conflict: the lines of the file with the markers, and what each side has there; secrets are masked. */
final class Place
{
    /**
     * @param int          $first line of the file in which the markers are, 1-based
     * @param list<string> $mine
     * @param list<string> $base
     * @param list<string> $theirs
     */
    public function __construct(
        public readonly int $first,
        public readonly int $last,
        public readonly array $mine,
        public readonly array $base,
        public readonly array $theirs,
    ) {
    }

    /** @return array{lines: array{int, int}, mine: list<string>, base: list<string>, theirs: list<string>} */
    public function toArray(): array
    {
        return ['lines' => [$this->first, $this->last], 'mine' => $this->mine, 'base' => $this->base, 'theirs' => $this->theirs];
    }
}
