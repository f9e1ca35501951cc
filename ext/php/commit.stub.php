<?php

/** @generate-class-entries */

namespace Lockstep;

/** The journaled exchange of staged and live entries. All paths but $root are relative to it. */
final class Commit
{
    /**
     * @phpstan-param list<array{live: string, staged: string}> $items
     * @return array{method: string, entries: int, longest_ns: int, total_ns: int} method: "exchange", or "two-renames" where the
     *         file system knows nothing else: then for how long one entry, and all of them one after another, were absent
     * @throws CoreException the site is then as before, unless getStatus() is "recovery"
     */
    public static function run(string $root, string $state, string $stage, array $items, string $label): array {}

    /** Undoes a commit that was not closed. */
    public static function revert(string $root, string $state): void {}

    /** Ends the journal; $keep: its new name relative to $state, for a later undo. */
    public static function close(string $root, string $state, ?string $keep = null): void {}

    /**
     * Does a closed commit backwards, days later too, as a commit of its own, which is to be closed like one.
     *
     * @param string $from the closed journal, relative to $state
     * @return array{method: string, entries: int, longest_ns: int, total_ns: int} as run()
     * @throws CoreException "changed", and nothing was touched, when an item is not as that commit left it
     */
    public static function undo(string $root, string $state, string $from, string $label): array {}

    /**
     * Only looks whether undo() would go.
     *
     * @throws CoreException "changed" with the item's path; "not-found" without that journal
     */
    public static function checkUndo(string $root, string $state, string $from): void {}

    /**
     * @return array{state: string, items: int, done: int, stage: ?string, label: ?string} state: none, begun, committed
     * @throws CoreException
     */
    public static function pending(string $root, string $state): array {}

    /** Finishes or undoes: "nothing", "undone" or "finished". */
    public static function recover(string $root, string $state): string {}

    /** "ok", "two-renames" (nothing better), or the problem: "symlink", "mount", "device", "unsupported", "read-only", "lower". */
    public static function probe(string $root, string $live, string $stage): string {}
}
