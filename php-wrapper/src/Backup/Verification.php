<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** Reads a set back: every byte of every part, against the manifest, the key, and backup.json; and writes down how that ended. */
final class Verification
{
    /** @return array{id: string, path: string, ok: bool, parts: list<array{name: string, ok: bool, status: string, members: int, bytes: int, bad: list<string>}>} */
    public static function of(Shop $shop, BackupSet $set, Reporter $reporter, int $threads = 0): array
    {
        $parts = [];
        $ok = $set->state === BackupSet::COMPLETE;
        $undecided = false; // with another key, or when a file cannot be read, nothing is known
        foreach ($set->parts as $part) {
            try {
                $result = Archive::verify($set->path . '/' . $part['file'], Key::read($shop), $threads, $reporter->progress(...));
                $bad = $result['bad'];
                $good = $result['ok'];
                $status = $result['status'];
                if ($status === 'unknown-key') {
                    $undecided = true;
                    $bad = [$part['file'] . ' was ' . Origin::otherKey()];
                }
                $wrong = $good ? $set->labelProblem($part['name'], $result['label']) : '';
                if ($wrong !== '') {
                    [$good, $status, $bad] = [false, 'corrupt', [$part['file'] . ' ' . $wrong]];
                }
                $parts[] = ['name' => $part['name'], 'ok' => $good, 'status' => $status, 'members' => $result['members'], 'bytes' => $result['bytes'], 'bad' => $bad];
            } catch (CoreException $e) {
                $good = false;
                $undecided = $undecided || $e->getStatus() !== 'not-found';
                $parts[] = ['name' => $part['name'], 'ok' => false, 'status' => $e->getStatus(), 'members' => 0, 'bytes' => 0, 'bad' => [$e->getMessage()]];
            } finally {
                $reporter->progressDone();
            }
            $ok = $ok && $good;
        }
        if (!$undecided && $set->state !== BackupSet::UNFINISHED) {
            VerificationRecord::write($set->path, $ok);
        }
        if ($set->problem !== '' && array_filter($parts, static fn (array $part): bool => !$part['ok']) === []) {
            $parts[] = ['name' => '', 'ok' => false, 'status' => $set->state, 'members' => 0, 'bytes' => 0, 'bad' => [$set->problem]];
        }

        return ['id' => $set->id, 'path' => $set->path, 'ok' => $ok, 'parts' => $parts];
    }
}
