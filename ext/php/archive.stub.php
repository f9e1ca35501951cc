<?php

/** @generate-class-entries */

namespace Lockstep;

/**
 * Archives: .tar.zst files of independent frames with a manifest.
 *
 * Every $progress is called on the calling thread, about 20 times a second, as
 * fn(string $phase, int $files, int $filesTotal, int $bytes, int $bytesTotal): void
 * totals are 0 while unknown. An exception thrown by it cancels the operation and is passed on.
 */
final class Archive
{
    /**
     * Archives $path below $root into $file (absolute; its directory must exist). Parents below the archive keep their path.
     *
     * @phpstan-param list<string> $exclude exact paths relative to $root
     * @param string $key 32 bytes
     * @param string|null $parent an earlier archive of the same tree, whose frames are taken over where nothing changed; the new one stands alone
     * @phpstan-param list<string> $patterns what they match, as in .gitignore, is left out, too
     * @param string $parentSha256 of the parent's whole file, 64 hexadecimal digits; kept in the manifest
     * @return array{members: int, files: int, bytes: int, stored_bytes: int, frames: int, frames_reused: int, frames_reread: int, sha256: string, warnings: list<string>, no_parent: ?string}
     *         frames_reread: those of the reused whose files were read and hashed; no_parent: why the given parent was not used
     * @throws CoreException
     */
    public static function write(string $file, string $root, string $path, string $key, array $exclude = [], int $level = 3, int $threads = 0, string $label = "", ?callable $progress = null, ?string $parent = null, string $parentSha256 = "", array $patterns = [], bool $crossMounts = false): array {}

    /**
     * The paths below $root/$path that an archive written now would leave out because of a pattern.
     *
     * @phpstan-param list<string> $exclude exact paths relative to $root
     * @phpstan-param list<string> $patterns
     * @return list<string>
     * @throws CoreException "invalid" for what is no pattern
     */
    public static function leftOut(string $root, string $path, array $exclude, array $patterns): array {}

    /**
     * Reads back and checks every byte. Damage is an answer, not an exception: ok is false and bad tells each.
     *
     * @return array{ok: bool, status: string, members: int, bytes: int, label: string, bad: list<string>} status: "ok", "corrupt", "format", "auth", "unknown-key", …
     * @throws CoreException when the file cannot be opened
     */
    public static function verify(string $file, string $key, int $threads = 0, ?callable $progress = null): array {}

    /**
     * @return list<array{path: string, type: string, mode: int, size: int, mtime: int, link: ?string, sha256: ?string}> type: file, dir, symlink; mtime in ns
     * @throws CoreException
     */
    public static function members(string $file, string $key, string $path = "."): array {}

    /**
     * The members as text, in pieces of about 256 KiB: a line each as "tar -tvf" prints them, times in UTC; or, with $json, an
     * object each with commas between them: path, type (file, dir, symlink, hardlink), mode, uid, gid, size, mtime, link, sha256.
     * An exception thrown by $piece ends it and is passed on.
     *
     * @param callable $piece fn(string $text): void
     * @throws CoreException
     */
    public static function listing(string $file, string $key, callable $piece, string $path = ".", bool $json = false): void {}

    /** The label that was given when the archive was written. */
    public static function label(string $file, string $key): string {}

    /**
     * What has to be swapped so that the live tree $root is what the archive holds; looks only.
     *
     * @phpstan-param list<string> $exclude exact paths that stay as they are
     * @phpstan-param list<string> $patterns what they match stays as it is, too (include/lockstep/glob.h)
     * @param string|null $pattern only what it matches, and what is below that
     * @return array{items: list<string>, times: array<string, int>, members: int, kept: int, hashed: int, warnings: list<string>}
     *         items: subtrees, in order, none in another; times: directories that stay, and their mtime in ns for setTimes;
     *         kept: members that stay; hashed: files that were read, as stat data alone proved nothing
     * @throws CoreException "not-found" when the archive has nothing of $path or $pattern
     */
    public static function difference(string $file, string $key, string $root, string $path = ".", array $exclude = [], array $patterns = [], ?string $pattern = null, int $threads = 0, ?callable $progress = null): array {}

    /**
     * Gives directories below $root their mtime; what is no directory is passed over.
     *
     * @phpstan-param array<string, int> $times path => ns
     */
    public static function setTimes(string $root, array $times): void {}

    /**
     * Unpacks $path of the archive into the existing directory $to, checking every hash.
     *
     * @param bool $strip make $path itself the directory $to
     * @param string|null $pattern only what it matches, and what is below that (include/lockstep/glob.h); $to is then empty
     * @phpstan-param list<string>|null $items only these subtrees, difference's; $to is then empty
     * @param string|null $live with $items: the tree in which hard links find a file that is not among them
     * @return array{members: int, files: int, bytes: int, warnings: list<string>, needed: int, free: int}
     *         needed: estimate of the bytes on disk; free: those that were free before
     * @throws CoreException "no-space" before anything is written
     */
    public static function extract(string $file, string $key, string $to, string $path = ".", bool $strip = false, int $threads = 0, ?callable $progress = null, ?string $pattern = null, ?array $items = null, ?string $live = null): array {}

    /** Unpacks a zip or tar as Composer's dists are into the existing, empty directory $to. */
    public static function unpack(string $file, string $to): void {}
}
