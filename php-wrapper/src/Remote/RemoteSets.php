<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\Origin;
use Lockstep\MigrationTool\Backup\Seal;
use Lockstep\MigrationTool\Backup\SetFiles;
use Lockstep\MigrationTool\Backup\VerificationRecord;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;

/** The backup sets in a storage: told by its listing and their backup.json; no archive is read. */
final class RemoteSets
{
    /** @var array<string, BackupSet> by ID, oldest first */
    private readonly array $sets;
    /** @var list<array{name: string, reason: string}> */
    public readonly array $strangers;

    /** @param ?string $key of this shop; null: whose sets these are is not known */
    public function __construct(private readonly Storage $storage, private readonly ?string $key)
    {
        $top = $storage->list();
        $sets = $strangers = [];
        foreach ($top['directories'] as $name) {
            if (Identifier::matches($name)) {
                $sets[$name] = $this->read($name);
            } else {
                $strangers[] = ['name' => $name, 'reason' => 'no name of a backup set'];
            }
        }
        foreach (array_keys($top['files']) as $name) {
            $strangers[] = ['name' => (string) $name, 'reason' => 'no directory'];
        }
        ksort($sets);
        $this->sets = $sets;
        $this->strangers = $strangers;
    }

    /** @return list<BackupSet> oldest first */
    public function all(): array
    {
        return array_values($this->sets);
    }

    public function find(string $id): ?BackupSet
    {
        return $this->sets[$id] ?? null;
    }

    /** The set with this ID, or with the one ID that begins so; "latest" is the newest complete one of this shop. */
    public function get(string $id): BackupSet
    {
        $found = array_values(array_filter($this->sets, fn (BackupSet $set): bool => $id === 'latest'
            ? $set->state === BackupSet::COMPLETE && $this->origin($set)->status !== Origin::OTHER
            : $id !== '' && str_starts_with($set->id, $id)));
        if ($found === [] || ($id !== 'latest' && count($found) > 1)) {
            throw new Failure(ExitCode::BACKUP, 'no-backup', sprintf('%s backup "%s" in "%s".', $found === [] ? 'There is no' : 'There is more than one', $id, $this->storage->settings->place()), '"migration:tool:backup:list --remote" shows the copies.');
        }

        return $found[count($found) - 1];
    }

    /**
     * Whose it is: by the seal of backup.json, else by the name of the key that its objects carry. What says nothing is taken for
     * another's: nothing of it is removed.
     */
    public function origin(BackupSet $set): Origin
    {
        if ($this->key === null || $set->seal === Seal::AUTHENTIC || $set->seal === Seal::TAMPERED) {
            return new Origin($set->seal === Seal::TAMPERED ? Origin::DAMAGED : Origin::OWN, '');
        }
        if ($set->seal === Seal::OTHER_KEY) {
            return new Origin(Origin::OTHER, Origin::otherKey());
        }
        $name = $set->files->own[0] ?? null;
        $file = $name === null ? null : $this->storage->look($set->id . '/' . $name);

        return ($file?->metadata[StoredFile::KEY] ?? '') === Seal::keyName($this->key) ? new Origin(Origin::OWN, '') : new Origin(Origin::OTHER, 'nothing tells that it is this shop\'s');
    }

    private function read(string $id): BackupSet
    {
        $list = $this->storage->list($id);
        $sizes = array_map(static fn (StoredFile $file): int => $file->bytes, $list['files']);
        $changed = max([0, ...array_map(static fn (StoredFile $file): int => $file->changed, array_values($list['files']))]);
        $text = fn (string $name): ?string => isset($list['files'][$name]) ? $this->storage->get($id . '/' . $name, $list['files'][$name]) : null;

        return BackupSet::of(
            $this->storage->settings->place($id),
            $text(SetFiles::MANIFEST),
            SetFiles::told($sizes, $list['directories'], $changed),
            static fn (string $name): ?int => $sizes[$name] ?? null,
            VerificationRecord::of($text(SetFiles::VERIFIED) ?? ''),
            $this->key,
        );
    }
}
