<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

/** What a file hashes to, in one pass: its SHA-256, and the ETags that a storage which hashes with MD5 would give it. */
final class Digests
{
    private const PARTS_MAX = 10000; // of a multipart upload; then the SDK makes them larger

    /** @param list<string> $etags */
    private function __construct(
        public readonly string $sha256,
        private readonly array $etags,
    ) {
    }

    /**
     * An ETag is the MD5 of an object; of one stored in parts the MD5 of their MD5s and their number. Encryption with a key of its own
     * makes it something else: then it proves nothing.
     */
    public function prove(string $etag): bool
    {
        return in_array(strtolower($etag), $this->etags, true);
    }

    /** @param resource $stream read from its beginning, and left there */
    public static function of($stream, int $bytes): self
    {
        rewind($stream);
        $sha256 = hash_init('sha256');
        $whole = hash_init('md5');
        $sizes = array_map(static fn (int $size): int => max($size, (int) ceil($bytes / self::PARTS_MAX)), Storage::PART_SIZES);
        $parts = array_map(static fn (): \HashContext => hash_init('md5'), $sizes);
        $sums = array_fill(0, count($sizes), '');
        $left = $sizes;
        while (($chunk = (string) fread($stream, max(1, min(1 << 20, ...$left)))) !== '') {
            hash_update($sha256, $chunk);
            hash_update($whole, $chunk);
            foreach ($parts as $i => $part) {
                hash_update($part, $chunk);
                $left[$i] -= strlen($chunk);
                if ($left[$i] === 0) {
                    $sums[$i] .= hash_final($part, true);
                    $parts[$i] = hash_init('md5');
                    $left[$i] = $sizes[$i];
                }
            }
        }
        rewind($stream);
        $etags = [hash_final($whole)];
        foreach ($parts as $i => $part) {
            $all = $sums[$i] . ($left[$i] < $sizes[$i] ? hash_final($part, true) : '');
            $etags[] = md5($all) . '-' . intdiv(strlen($all), 16);
        }

        return new self(hash_final($sha256), $etags);
    }
}
