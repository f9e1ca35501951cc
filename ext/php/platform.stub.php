<?php

/** @generate-class-entries */

namespace Lockstep;

/** What the extension runs on: its libraries, the kernel, a file system. */
final class Platform
{
    /**
     * The libraries that run, those that are opened at their first use opened for this.
     *
     * @return list<array{name: string, version: string, error: string, hint: string}> error: "" when the library can be used
     */
    public static function libraries(): array {}

    /**
     * System calls that the kernel knows.
     *
     * @return array{openat2: bool, rename_exchange: bool}
     */
    public static function kernel(): array {}

    /**
     * Free space for a user who is not root on the file system of $directory.
     *
     * @return array{bytes: int, inodes: ?int} inodes: null where the file system does not count them
     * @throws CoreException
     */
    public static function space(string $directory): array {}
}
