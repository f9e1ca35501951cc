<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** Every entry below a directory as it is now: type, permissions, link target and contents. */
final class Snapshot
{
    /** @param array<string, string> $entries */
    private function __construct(private readonly array $entries)
    {
    }

    /** @param list<string> $exclude relative paths that are left out, with all below them */
    public static function of(string $root, array $exclude = []): self
    {
        $entries = [];
        self::walk($root, '', array_flip($exclude), $entries);
        ksort($entries, SORT_STRING);

        return new self($entries);
    }

    public function hash(): string
    {
        return hash('sha256', serialize($this->entries));
    }

    /** What differs, as "added|deleted|changed PATH". @return list<string> */
    public function differences(self $after): array
    {
        $lines = [];
        foreach ($this->entries as $path => $entry) {
            if (!isset($after->entries[$path])) {
                $lines[] = "deleted $path";
            } elseif ($after->entries[$path] !== $entry) {
                $lines[] = "changed $path ({$entry} -> {$after->entries[$path]})";
            }
        }
        foreach (array_diff_key($after->entries, $this->entries) as $path => $entry) {
            $lines[] = "added $path";
        }

        return $lines;
    }

    /** @return list<string> */
    public function paths(): array
    {
        return array_map('strval', array_keys($this->entries));
    }

    /**
     * @param array<string, mixed>  $exclude
     * @param array<string, string> $entries
     */
    private static function walk(string $root, string $below, array $exclude, array &$entries): void
    {
        foreach (scandir("$root/$below") ?: [] as $name) {
            $path = $below === '' ? $name : "$below/$name";
            if ($name === '.' || $name === '..' || isset($exclude[$path])) {
                continue;
            }
            $full = "$root/$path";
            clearstatcache(true, $full);
            $mode = sprintf('%o', (int)fileperms($full) & 07777);
            if (is_link($full)) {
                $entries[$path] = 'link ' . readlink($full);
            } elseif (is_dir($full)) {
                $entries[$path] = "dir $mode";
                self::walk($root, $path, $exclude, $entries);
            } else {
                $entries[$path] = "file $mode " . substr((string)hash_file('sha256', $full), 0, 16);
            }
        }
    }
}
