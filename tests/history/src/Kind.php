<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

/** A kind of edit that shops make. */
interface Kind
{
    public function label(): string;

    /** The edit of a released file, or null where this kind has no place in it. theirs: the file of the next release. */
    public function make(string $path, string $base, string $theirs): ?Edit;
}
