<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Seal;
use Lockstep\MigrationTool\Backup\SetFiles;
use Lockstep\MigrationTool\Backup\Verification;
use Lockstep\MigrationTool\Backup\VerificationRecord;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** Fetches a copy, reads all of it, and keeps beside it in the storage how that ended. */
final class VerifyCopy
{
    /** @return array{id: string, path: string, ok: bool, parts: list<array{name: string, ok: bool, status: string, members: int, bytes: int, bad: list<string>}>} */
    public static function of(Shop $shop, Storage $storage, BackupSet $set, ?string $directory, int $threads, Reporter $reporter): array
    {
        $there = array_values(array_filter($set->parts, static fn (array $part): bool => in_array($part['file'], $set->files->own, true)));
        if ($set->problem !== '' && $there === []) {
            return ['id' => $set->id, 'path' => $set->path, 'ok' => false, 'parts' => [self::bad($set->state, $set->problem)]];
        }
        $fetched = Fetched::of($shop, $directory, $storage, $set, $there, $reporter);
        try {
            $found = Verification::of($shop, $fetched->set, $reporter, $threads);
            $isDecided = VerificationRecord::read($fetched->set->path) !== null;
        } finally {
            $fetched->remove();
        }
        if ($set->problem !== '') {
            $found['ok'] = false;
            $found['parts'][] = self::bad($set->state, $set->problem);
        }
        if ($isDecided) {
            self::record($shop, $storage, $set->id, $found['ok'], $reporter);
        }

        return ['path' => $set->path] + $found;
    }

    /** @return array{name: string, ok: bool, status: string, members: int, bytes: int, bad: list<string>} */
    private static function bad(string $status, string $problem): array
    {
        return ['name' => '', 'ok' => false, 'status' => $status, 'members' => 0, 'bytes' => 0, 'bad' => [$problem]];
    }

    /** Who may read alone verifies all the same. */
    private static function record(Shop $shop, Storage $storage, string $id, bool $ok, Reporter $reporter): void
    {
        $stream = fopen('php://temp', 'w+b');
        if ($stream === false) {
            return;
        }
        fwrite($stream, VerificationRecord::text($ok));
        rewind($stream);
        try {
            $storage->put($id . '/' . SetFiles::VERIFIED, $stream, [StoredFile::KEY => Seal::keyName(Key::read($shop))]);
        } catch (Failure $e) {
            $reporter->warning('How it ended is not kept there: ' . $e->getMessage());
        }
    }
}
