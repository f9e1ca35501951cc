<?php

/** @generate-class-entries */

namespace Lockstep;

/** The user's customizations of the tool: found, shown, carried over. */
final class Merge
{
    /**
     * What differs in $mine from the pristine release, both absolute paths of unpacked tools.
     *
     * @return list<array{path: string, kind: string, dist: ?string, unedited: bool, noise: ?string, was: ?string, is: ?string}> kind: modified, added, deleted, type;
     *   unedited: X has the bytes of the X.dist that it was made from; noise, where it is no customization to a person: line_ends, final_newline,
     *   white_space, left_out, mode, copy; was and is: file, symlink, directory, other, null for nothing
     * @throws CoreException
     */
    public static function classify(string $pristine, string $mine): array {}

    /**
     * Merges the customizations of $mine into $release, in place.
     *
     * @phpstan-param ?string $conflicts directory for PATH, PATH.base, PATH.mine, PATH.theirs of each conflict
     * @phpstan-param ?string $resolutions directory of resolved PATHs
     * @param string $onConflict "stop", "new" or "mine"
     * @phpstan-param list<string> $broken paths whose merged text is of no use, as a former merge showed: they are conflicts
     * @return array{items: list<array{path: string, outcome: string, from: ?string, origin: ?string, noise: ?string, reason: ?string, note: ?string, repointed: list<array{from: string, to: string}>, sha256: ?string}>, conflicts: int}
     *   outcome: carried, merged, follows, resolved, obsolete, deleted, conflict; from: its path in $mine, where upstream renamed it; origin: the shipped
     *   file that a copy under another name was made of; repointed: paths in the file that were rewritten
     * @throws CoreException
     */
    public static function apply(string $pristine, string $mine, string $release, string $from, string $to, ?string $conflicts = null, ?string $resolutions = null, string $onConflict = "stop", array $broken = []): array {}

    /**
     * Unified diff of two files (absolute paths; null or absent is empty), labelled a/$label and b/$label. "" when equal. $readable: for a person alone;
     * line ends do not count, nor does other white space in XML, as long as anything else differs.
     */
    public static function diff(?string $before, ?string $after, string $label, bool $readable = false): string {}

    /**
     * What keeps the file at $file (absolute) from being the resolution of a conflict at $path: a conflict marker left, XML that is not well-formed. null: nothing.
     *
     * @throws CoreException
     */
    public static function fault(string $file, string $path): ?string {}

    /**
     * The patch that makes $after of $before, absolute paths of directories, for "patch -p1" and "git apply".
     *
     * @param string $prefix put before each path: "" or "a/b/"
     * @return array{text: string, left_out: list<string>} left_out: paths that differ, and that no patch can carry
     * @throws CoreException
     */
    public static function patch(string $before, string $after, string $prefix = ""): array {}

    /**
     * How much each file has in common with $file (an absolute path): lines, whatever their order and indentation.
     *
     * @phpstan-param list<string> $paths relative to $directory
     * @return list<int> for each path 0 to 1000 (the same lines), -1 for what is absent or no text
     * @throws CoreException
     */
    public static function similar(string $file, string $directory, array $paths): array {}

    /**
     * Where files of the release $before are in the release $after, told by the contents of both (absolute paths of unpacked tools).
     *
     * @phpstan-param list<string> $paths
     * @return list<?string> for each path; null: nowhere
     * @throws CoreException
     */
    public static function moved(string $before, string $after, array $paths): array {}
}
