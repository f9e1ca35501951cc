<?php

/** @generate-class-entries */

namespace Lockstep;

/**
 * Programs started by execve behind the write fence.
 *
 * @strict-properties
 * @not-serializable
 */
final class Process
{
    private function __construct() {}

    /**
     * Runs a program to its end.
     *
     * @phpstan-param list<string> $command absolute path of the program first
     * @phpstan-param array<string, string> $environment complete; nothing is inherited
     * @phpstan-param ?list<string> $writable directories and files the program may write to (write fence); null: no fence
     * @phpstan-param ?callable $output fn(string $chunk, bool $isError): void as output comes
     * @param int $timeout seconds, 0 for none; then the whole process group is ended and status is 124
     * @param string $secret what the program, and nobody else, can read from /dev/fd/4; "": nothing
     * @return array{status: int, output: string, errors: string, seconds: float}
     * @throws CoreException
     */
    public static function run(array $command, array $environment, ?string $directory = null, ?array $writable = null, string $input = "", ?callable $output = null, int $timeout = 0, string $secret = ""): array {}

    /** Starts a program and returns at once, to run it beside something else. */
    public static function start(array $command, array $environment, ?string $directory = null, ?array $writable = null, string $input = ""): Process {}

    /**
     * Waits for the end of a started program; once.
     *
     * @return array{status: int, output: string, errors: string, seconds: float}
     * @throws CoreException with status "invalid" when it was waited for already
     */
    public function wait(?callable $output = null, int $timeout = 0): array {}

    /** The write fence that can be had here: "landlock", "namespace" or "none". Tried once; the answer never changes. */
    public static function fence(): string {}
}
