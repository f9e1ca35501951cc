<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;

/** One file copied to a storage and proved to be there, byte for byte; what is there already, and is proved, stays. */
final class Upload
{
    public const COPIED = 'copied';
    public const THERE = 'there';
    private const BY_ETAG = 'etag';
    private const BY_READING = 'read-back';

    /**
     * @param string $key      name of the backups' key
     * @param bool   $readBack believe no ETag
     */
    public function __construct(
        private readonly Storage $storage,
        private readonly string $key,
        private readonly bool $readBack,
        private readonly Reporter $reporter,
    ) {
    }

    /**
     * @param ?string $sha256 what the file is to hash to; null: what it is
     *
     * @return array{name: string, bytes: int, status: string, checked: string}
     */
    public function file(string $file, string $path, ?string $sha256): array
    {
        $stream = @fopen($file, 'rb');
        if ($stream === false) {
            throw new Failure(ExitCode::BACKUP, 'unreadable', sprintf('"%s" cannot be read.', $file), 'Was the backup removed meanwhile? Run it as the Magento file system owner.');
        }
        try {
            $bytes = (int) (fstat($stream)['size'] ?? 0);
            $digests = Digests::of($stream, $bytes);
            if ($sha256 !== null && $digests->sha256 !== $sha256) {
                throw new Failure(ExitCode::BACKUP, 'damaged', sprintf('"%s" is not what backup.json tells: it was changed or damaged, and is not copied.', $file), '"migration:tool:backup:verify" tells what of it is bad.');
            }
            $done = ['name' => basename($path), 'bytes' => $bytes];
            $there = $this->storage->look($path);
            if ($there !== null && $there->bytes === $bytes && ($there->metadata[StoredFile::SHA256] ?? '') === $digests->sha256) {
                $checked = $this->proved($path, $digests, $there);
                if ($checked !== null) {
                    return $done + ['status' => self::THERE, 'checked' => $checked];
                }
            }
            $this->send($path, $stream, $bytes, $digests);
            $there = $this->storage->look($path);
            $checked = $there === null || $there->bytes !== $bytes ? null : $this->proved($path, $digests, $there);
        } finally {
            if (is_resource($stream)) {
                fclose($stream);
            }
        }
        if ($checked === null) {
            $this->storage->delete($path);
            throw new Failure(ExitCode::BACKUP, 'remote-corrupt', sprintf('"%s" was not stored as it was sent, and was removed again: its checksum is another.', $this->storage->settings->place($path)), 'Run it again; when it happens again, the storage or the way to it is broken.');
        }

        return $done + ['status' => self::COPIED, 'checked' => $checked];
    }

    /** @param resource $stream */
    private function send(string $path, $stream, int $bytes, Digests $digests): void
    {
        $sent = 0;
        $this->storage->put($path, $stream, [StoredFile::SHA256 => $digests->sha256, StoredFile::KEY => $this->key], function (int $more) use (&$sent, $path, $bytes): void {
            $sent += $more;
            $this->reporter->progress('copy ' . basename($path), 0, 0, $sent, $bytes);
        });
        $this->reporter->progressDone();
    }

    /** How it is known that the bytes there are those; null: they are not. */
    private function proved(string $path, Digests $digests, StoredFile $there): ?string
    {
        if (!$this->readBack && $digests->prove($there->etag)) {
            return self::BY_ETAG;
        }
        $hash = hash_init('sha256');
        $read = 0;
        $this->storage->read($path, function (string $chunk) use ($hash, &$read, $path, $there): void {
            hash_update($hash, $chunk);
            $read += strlen($chunk);
            $this->reporter->progress('read back ' . basename($path), 0, 0, $read, $there->bytes);
        });
        $this->reporter->progressDone();

        return hash_final($hash) === $digests->sha256 ? self::BY_READING : null;
    }
}
