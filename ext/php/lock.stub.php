<?php

/** @generate-class-entries */

namespace Lockstep;

/**
 * The lock on a site; it is released with the object, or when the process ends in whatever way.
 *
 * @strict-properties
 * @not-serializable
 */
final class Lock
{
    private function __construct() {}

    /** @throws CoreException with status "locked" when another run holds it */
    public static function acquire(string $root): Lock {}

    public function release(): void {}
}
