<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use League\Flysystem\FileAttributes;

/** One object as the storage tells it. */
final class StoredFile
{
    public const SHA256 = 'lockstep-sha256';
    /** The name of the key that the backup was made with: whose object it is. */
    public const KEY = 'lockstep-key';

    /**
     * @param string                $etag     without quotes; "" when it tells none
     * @param int                   $changed  Unix time
     * @param array<string, string> $metadata lower-case names; none in a listing
     */
    private function __construct(
        public readonly int $bytes,
        public readonly string $etag,
        public readonly int $changed,
        public readonly array $metadata,
    ) {
    }

    public static function of(FileAttributes $file): self
    {
        $more = $file->extraMetadata();
        $metadata = [];
        foreach (is_array($more['Metadata'] ?? null) ? $more['Metadata'] : [] as $name => $value) {
            $metadata[strtolower((string) $name)] = is_string($value) ? $value : '';
        }

        return new self($file->fileSize() ?? 0, is_string($more['ETag'] ?? null) ? trim($more['ETag'], '"') : '', $file->lastModified() ?? 0, $metadata);
    }
}
