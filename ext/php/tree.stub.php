<?php

/** @generate-class-entries */

namespace Lockstep;

/**
 * A directory tree as it was at one moment: the metadata of every entry, kept in the core's memory.
 *
 * @strict-properties
 * @not-serializable
 */
final class Tree
{
    private function __construct() {}

    /**
     * Scans the tree below $root.
     *
     * @phpstan-param list<string> $exclude exact paths relative to $root
     * @param bool $hash read and hash every file
     * @param bool $mounts enter what is mounted below $root too, else mount points are listed and not entered
     * @throws CoreException
     */
    public static function scan(string $root, array $exclude = [], bool $hash = false, ?callable $progress = null, bool $mounts = false): Tree {}

    public function count(): int {}

    /** Sizes of all regular files, those of several names once for each. */
    public function bytes(): int {}

    /** SHA-256 in hex of a file of a scan with hashes; null when there is no such file. */
    public function hash(string $path): ?string {}

    /**
     * The metadata of an entry; null when there is none. mode: with the type's bits; mtime: ns.
     *
     * @return array{mode: int, uid: int, gid: int, size: int, mtime: int, inode: int}|null
     */
    public function entry(string $path): ?array {}

    /**
     * What differs in $after. By hash: contents, types, permissions. By stat: whatever touched an entry in between.
     *
     * @return list<array{path: string, kind: string}> kind: added, deleted, content, type, meta
     */
    public function compare(Tree $after, bool $stat = false): array {}

    /**
     * All paths of regular files and symlinks, in order.
     *
     * @return list<string>
     */
    public function paths(): array {}

    /**
     * All symlinks, in order.
     *
     * @return array<string, string> path => what it leads to, as it is written in it
     */
    public function links(): array {}

    /**
     * Makes the mirror of $root in the empty directory $stage: what $plan does not name becomes a symlink to the live entry.
     *
     * @phpstan-param array<string, string> $plan path => "copy", "open", "split", "empty", "link", "absent" (include/lockstep/mirror.h)
     * @throws CoreException
     */
    public static function mirror(string $root, string $stage, array $plan): void {}

    /** Copies a tree, a file or a symlink with its metadata; $to must not exist. Paths are absolute. */
    public static function copy(string $from, string $to): void {}

    /** Gives what root made below $root in the tree $path (relative) to another owner and group. No symlink is followed. */
    public static function give(string $root, string $path, int $user, int $group): void {}

    /** Removes a file or a whole tree; absent is no error. Absolute path without symlinks; those below are not followed. */
    public static function remove(string $path): void {}

    /** Gives every entry of $target the mode, owner, group and ACL of its counterpart in $pattern; new entries those of the nearest kind. */
    public static function adopt(string $pattern, string $target): void {}

    /** fsync of every file and directory below $path. */
    public static function sync(string $path): void {}

    /** Makes a directory, with missing parents, of exactly mode 0700. */
    public static function privateDirectory(string $path): void {}

    /** Replaces a file atomically and durably. */
    public static function put(string $path, string $contents, int $mode = 0600): void {}
}
