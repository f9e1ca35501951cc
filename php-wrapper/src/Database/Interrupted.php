<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * A restore of databases that was killed while live tables were on their way. Where tables have changed places it is finished, as
 * the shop may have written to them since; where none have, all is brought back. The caller holds the lock.
 */
final class Interrupted
{
    /** Longer than a rename waits for its locks (Swaps). */
    private const WAIT_SECONDS = 90;

    /** @return ?bool finished or taken back; null: there was none */
    public static function end(Shop $shop, Reporter $reporter): ?bool
    {
        $note = Note::read($shop);
        if ($note === null) {
            return null;
        }
        $reporter->line(sprintf('A restore of the database from backup %s was interrupted; it is brought to an end first.', $note->set));
        try {
            $clients = self::clients($shop, $note);
            $swaps = self::swaps($shop, $note, $clients);
            $finish = array_filter($swaps, static fn (Swap $swap): bool => $swap->hasMoved()) !== [];
            foreach ($note->databases as $database) {
                if ($database['swap'] === null && ($finish || $database['begun'])) {
                    $client = $clients[$database['member']];
                    InPlace::fill($client, static function () use ($shop, $note, $database, $client, $finish, $reporter): void {
                        Restore::feed($shop, $database['member'], $client, $client, $finish ? $note->archive : Restore::archiveOf($shop, (string) $note->fresh), $reporter);
                    });
                }
            }
            $finish ? Swaps::forward($swaps) : Swaps::back($swaps);
        } catch (Failure | CoreException $e) {
            throw self::failed($shop, $note, $e);
        }
        Note::clear($shop);
        foreach ($swaps as $swap) {
            self::clear($swap, $finish, $reporter);
        }
        $reporter->warning($finish ? sprintf('The interrupted restore of the database was finished: what is live is that of backup %s.', $note->set) : 'The interrupted restore of the database was taken back: what is live is what was before it.');

        return $finish;
    }

    /** @return array<string, Client> by member; none of them has a session of the killed run beside it any more */
    private static function clients(Shop $shop, Note $note): array
    {
        $connections = Connections::of($shop, $note->defaultsFile);
        $clients = [];
        foreach ($note->databases as $database) {
            $connection = $connections->byMember($database['member']);
            if ($connection === null || $connection->database !== $database['database']) {
                throw Failure::preflight('no-connection', sprintf('the shop has no connection to the database "%s" any more', $database['database']));
            }
            $client = Client::open($connection);
            if (self::isBusy($client, $note->lock)) {
                throw Failure::preflight('database-busy', 'statements of it are still running on the server ("SHOW PROCESSLIST" tells)');
            }
            $clients[$database['member']] = $client->locked($note->lock);
        }

        return $clients;
    }

    private static function isBusy(Client $client, string $lock): bool
    {
        try {
            return !$client->waitFor($lock, self::WAIT_SECONDS);
        } catch (Failure) { // a server without such locks
            return false;
        }
    }

    /**
     * @param array<string, Client> $clients
     * @return list<Swap>
     */
    private static function swaps(Shop $shop, Note $note, array $clients): array
    {
        $swaps = [];
        foreach ($note->databases as $database) {
            if ($database['swap'] !== null) {
                $swaps[] = Swap::of($clients[$database['member']], $shop->state(), $database['swap'], $database['before'], $database['after']);
            }
        }

        return $swaps;
    }

    /** What was live before is not dropped after a kill: a person may want to look. */
    private static function clear(Swap $swap, bool $finished, Reporter $reporter): void
    {
        try {
            $swap->end($finished);
            $finished && $reporter->warning(sprintf('The tables that were live before are kept in the database "%s": drop it when nothing in it is needed.', $swap->old()));
        } catch (Failure $e) {
            $reporter->warning(sprintf('The database "%s" of the interrupted restore could not be dropped: %s', $swap->new->connection->database, $e->getMessage()));
        }
    }

    private static function failed(Shop $shop, Note $note, \Throwable $cause): Failure
    {
        $databases = implode(', ', array_map(static fn (array $database): string => sprintf('"%s"', $database['database']), $note->databases));
        $places = array_map(static fn (array $database): string => $database['swap'] === null
            ? sprintf('what "%s" held is in backup %s', $database['database'], (string) $note->fresh)
            : sprintf('the tables of "%s" are in it or in "…_lockstep_old_%s", its triggers, routines, events and views in "%s"', $database['database'], $database['swap'], $shop->state("database-{$database['swap']}.sql")), $note->databases);

        return new Failure(
            ExitCode::PERSON_NEEDED,
            'database-half',
            sprintf('A restore of the database (%s, from backup %s) was interrupted half-way, and could not be brought to an end: %s', $databases, $note->set, $cause->getMessage()),
            sprintf('Keep the shop closed ("bin/magento maintenance:enable"). Mend the cause and run "migration:tool:recover", or restore a backup: "migration:tool:backup:restore %s --db". Else by hand: %s; then remove "%s".', $note->fresh ?? $note->set, implode('; ', $places), $shop->state('database.json')),
            [],
            $cause,
        );
    }
}
