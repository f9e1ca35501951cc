<?php

/** @generate-class-entries */

namespace Lockstep;

/**
 * Dumps of databases: a program's output into an archive as it comes, and an archive's member into a program.
 *
 * $progress is called as Archive says; $phase is the name of the table that is being read, $files the number of tables so far.
 *
 * @not-serializable
 */
final class Database
{
    /**
     * Runs dump programs and archives what they print, one member for the outputs of its commands, in the order of their names.
     *
     * What a program needs to log in is given by $secret: it reads that from /dev/fd/4. A program that fails, or whose last line is
     * not "-- Dump completed", ends it with status "child" and leaves nothing.
     *
     * @phpstan-param list<array{name: string, commands: list<list<string>>, secret: string}> $members
     * @phpstan-param array<string, string> $environment complete; nothing is inherited
     * @param string $key 32 bytes
     * @param int $tables how many there will be, for the progress; 0: unknown
     * @return array{members: int, files: int, bytes: int, stored_bytes: int, frames: int, tables: int, sha256: string}
     * @throws CoreException
     */
    public static function dump(string $file, string $key, array $members, array $environment, int $tables = 0, int $level = 3, int $threads = 0, string $label = "", ?callable $progress = null): array {}

    /**
     * Feeds a member of an archive to a program's stdin, every byte checked before.
     *
     * @phpstan-param list<string> $command
     * @phpstan-param array<string, string> $environment complete; nothing is inherited
     * @phpstan-param ?list<string> $definers `user`@`host` in backticks: all others become CURRENT_USER; null: all stay
     * @param string $key 32 bytes
     * @return array{bytes: int, definers: list<string>} definers: those that were changed
     * @throws CoreException
     */
    public static function pour(string $file, string $key, string $member, array $command, array $environment, string $secret = "", ?array $definers = null, int $threads = 0, ?callable $progress = null): array {}

    /**
     * What pour makes of a dump's text.
     *
     * @phpstan-param ?list<string> $definers
     * @return array{text: string, definers: list<string>}
     * @throws CoreException
     */
    public static function filter(string $dump, ?array $definers = null): array {}
}
