<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\Database;
use Lockstep\MigrationTool\Backup\BackupOptions;
use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * The database part of a backup back into the shop's databases: all of it into new databases first, then swapped in; in place,
 * after a fresh backup, where this user may make none.
 *
 * @phpstan-import-type PartData from BackupSet
 * @phpstan-type Restored array{database: string, way: string, tables: int, kept: ?string}
 */
final class Restore
{
    private function __construct(
        private readonly Shop $shop,
        private readonly string $archive,
        private readonly Reporter $reporter,
    ) {
    }

    /**
     * @param PartData $part
     * @return array{files: int, bytes: int, databases: list<Restored>}
     */
    public static function run(Shop $shop, BackupSet $set, array $part, RestoreOptions $options, Reporter $reporter): array
    {
        $shop->cluster?->confirm(false);
        $restore = new self($shop, $set->path . '/' . $part['file'], $reporter);
        $connections = Connections::of($shop, $options->defaultsFile);
        $lock = 'lockstep_' . bin2hex(random_bytes(6));
        $clients = array_map(static fn (Client $client): Client => $client->locked($lock), $restore->clients($connections, $restore->verified($set, $part['name'])));
        $restore->tell($part);
        $swaps = [];
        $bytes = 0;
        try {
            foreach ($clients as $member => $client) {
                $swap = Swap::begin($client, $shop->state());
                if ($swap !== null) {
                    $swaps[$member] = $swap;
                    $bytes += $restore->pour($member, $swap->new, $client);
                }
            }
            $inPlace = array_diff_key($clients, $swaps);
            $fresh = $inPlace === [] ? null : $restore->freshBackup($options);
            $done = $restore->move(new Note($lock, $set->id, $restore->archive, $options->defaultsFile, $fresh, []), $swaps, $inPlace, $bytes, $options->keepOld);
        } finally {
            foreach ($swaps as $swap) {
                $restore->discard($swap, $options->keepOld);
            }
        }

        return ['files' => count($clients), 'bytes' => $bytes, 'databases' => array_values($done)];
    }

    /**
     * From here on live tables change. A kill leaves the note (Interrupted).
     *
     * @param array<string, Swap>   $swaps
     * @param array<string, Client> $inPlace
     * @return array<string, Restored> by member
     */
    private function move(Note $note, array $swaps, array $inPlace, int &$bytes, bool $keepOld): array
    {
        $done = [];
        $earlier = Note::read($this->shop); // of a restore that nothing could bring to an end
        foreach ($swaps as $member => $swap) {
            $swap->prepare();
            $note->databases[] = ['member' => $member, 'database' => $swap->live->connection->database, 'swap' => $swap->id, 'before' => $swap->before, 'after' => $swap->after, 'begun' => false];
        }
        foreach ($inPlace as $member => $client) {
            $note->databases[] = ['member' => $member, 'database' => $client->connection->database, 'swap' => null, 'before' => [], 'after' => [], 'begun' => false];
        }
        $this->shop->cluster?->confirm(false);
        $note->write($this->shop);
        try {
            foreach ($inPlace as $member => $client) {
                $note->begin($this->shop, $member);
                $done[$member] = $this->inPlace($member, $client, (string) $note->fresh, $bytes);
            }
            try {
                Swaps::perform(array_values($swaps));
            } catch (Failure $e) {
                foreach ($inPlace as $member => $client) {
                    InPlace::back($client, $this->backOf($member, $client, (string) $note->fresh), (string) $note->fresh, $e);
                }
                throw $e;
            }
        } catch (Failure $e) {
            if ($e->exitCode === ExitCode::BACKUP) { // all is as before
                $earlier === null ? Note::clear($this->shop) : $earlier->write($this->shop);
            }
            throw $e;
        }
        Note::clear($this->shop);
        foreach ($swaps as $member => $swap) {
            $done[$member] = ['database' => $swap->live->connection->database, 'way' => 'swapped', 'tables' => count($swap->after), 'kept' => $keepOld ? $swap->old() : null];
        }
        ksort($done, SORT_STRING);

        return $done;
    }

    /** @return non-empty-list<string> the members, once every byte was read */
    private function verified(BackupSet $set, string $part): array
    {
        try {
            $result = Archive::verify($this->archive, Key::read($this->shop), 0, $this->reporter->progress(...));
            $wrong = $result['ok'] ? $set->labelProblem($part, $result['label']) : $result['bad'][0] ?? 'it is damaged';
            if ($wrong !== '') {
                throw new Failure(ExitCode::BACKUP, $result['ok'] ? 'another-archive' : $result['status'], sprintf($result['ok'] ? '"%s" %s.' : '"%s" is damaged: %s', $this->archive, $wrong), 'Choose another backup: "migration:tool:backup:list".');
            }
            $members = array_column(Archive::members($this->archive, Key::read($this->shop)), 'path');
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, sprintf('The archive "%s" cannot be restored, nothing was changed', $this->archive));
        } finally {
            $this->reporter->progressDone();
        }

        return $members === [] ? throw new Failure(ExitCode::BACKUP, 'no-member', sprintf('"%s" is empty.', $this->archive)) : $members;
    }

    /**
     * @param list<string> $members
     * @return array<string, Client>
     */
    private function clients(Connections $connections, array $members): array
    {
        $clients = [];
        foreach ($members as $member) {
            $connection = $connections->byMember($member) ?? throw Failure::preflight('no-connection', sprintf('The backup holds "%s", but the shop has no such database connection any more.', $member), 'Unpack it with --to=DIR, and feed it to the database\'s client by hand.');
            $clients[$member] = $client = Client::open($connection);
            foreach (Swap::left($client) as $database) {
                $this->reporter->warning(sprintf('The database "%s" was left by a restore that was interrupted, or kept by --keep-old: drop it when nothing in it is needed.', $database));
            }
        }

        return $clients;
    }

    /** @param PartData $part */
    private function tell(array $part): void
    {
        if (!file_exists($this->shop->path('var/.maintenance.flag'))) {
            $this->reporter->warning('The shop is open: what is written to it from now on is lost with the database that it is written to. --maintenance closes it for that time.');
        }
        $stripped = $part['stripped'] ?? [];
        if ($stripped !== []) {
            $this->reporter->warning(sprintf('The backup was made with --strip: %d tables will be empty (%s).', count($stripped), implode(', ', array_slice($stripped, 0, 5)) . (count($stripped) > 5 ? ', …' : '')));
        }
    }

    private function pour(string $member, Client $into, Client $live, ?string $archive = null): int
    {
        return self::feed($this->shop, $member, $into, $live, $archive ?? $this->archive, $this->reporter);
    }

    /** Feeds a member of an archive to a database; $live is the one that it becomes. */
    public static function feed(Shop $shop, string $member, Client $into, Client $live, string $archive, Reporter $reporter): int
    {
        try {
            $done = Database::pour($archive, Key::read($shop), $member, $into->command(), Program::environment(), $into->secret(), Definers::kept($live), 0, $reporter->progress(...));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, sprintf('"%s" could not be fed to the database %s', $member, $into->connection));
        } finally {
            $reporter->progressDone();
        }
        if ($done['definers'] !== []) {
            $reporter->warning(sprintf('Views, triggers, routines or events of %s belong to this database user now, as the server does not know their definers or this user may not name them.', implode(', ', $done['definers'])));
        }

        return $done['bytes'];
    }

    /** The database part of the set with this ID. */
    public static function archiveOf(Shop $shop, string $id): string
    {
        return BackupStore::get($shop, $id)->path . '/' . Part::DB . '.tar.zst';
    }

    /** @return Restored */
    private function inPlace(string $member, Client $live, string $fresh, int &$bytes): array
    {
        $pour = function () use ($member, $live, &$bytes): void {
            $bytes += $this->pour($member, $live, $live);
        };
        $tables = InPlace::perform($live, $pour, $this->backOf($member, $live, $fresh), $fresh);

        return ['database' => $live->connection->database, 'way' => 'in-place', 'tables' => $tables, 'kept' => $fresh];
    }

    /** @return \Closure(): void */
    private function backOf(string $member, Client $live, string $fresh): \Closure
    {
        return function () use ($member, $live, $fresh): void {
            $this->pour($member, $live, $live, self::archiveOf($this->shop, $fresh));
        };
    }

    /** @return string its ID */
    private function freshBackup(RestoreOptions $options): string
    {
        $this->reporter->line('This database user may make no databases: the live one is backed up, then restored in place.');

        return BackupStore::create($this->shop, new BackupOptions([Part::DB], defaultsFile: $options->defaultsFile), $this->reporter)['id'];
    }

    /** After the end, good or bad; it is no failure of the restore when this fails. */
    private function discard(Swap $swap, bool $keepOld): void
    {
        try {
            $swap->end($keepOld);
        } catch (Failure $e) {
            $this->reporter->warning(sprintf('The database "%s" of this try could not be dropped: %s', $swap->new->connection->database, $e->getMessage()));
        }
    }
}
