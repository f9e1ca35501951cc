<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Check\Exchange;
use Lockstep\MigrationTool\Upgrade\Check\Finding;

/**
 * Takes the last restore back, or its undo: the exact inverse of its renames, once both sides are known to be what they were; what
 * works before works afterwards, else the restored state stays. The caller holds the lock and has recovered.
 */
final class TakeRestoreBack
{
    private const SHOWN = 20;

    /** @return array<string, mixed> the JSON of the command; the same keys in a dry run */
    public static function run(Shop $shop, bool $dryRun, bool $discardEdits, Reporter $reporter): array
    {
        $kept = Undo::lastRestore($shop);
        $record = $kept === null ? null : RestoreRecord::read($shop, $kept);
        if ($kept === null) {
            throw Failure::preflight('no-restore', 'There is no restore to take back.', '"migration:tool:backup:list" shows the backups.');
        }
        if ($record === null) {
            throw Failure::preflight('undo-copy-gone', sprintf('The restore of %s cannot be taken back: the record beside its undo copy in %s is gone or damaged.', $kept->time, $shop->state('undo')), '"migration:tool:backup:list" shows the backups.');
        }
        $edited = $record->edited();
        $result = [
            'undone' => $kept->toArray(),
            'entries' => array_reverse($record->items),
            'discarded' => $edited,
            'rolled_back' => false,
            'dry_run' => $dryRun,
        ];
        self::refuse(self::findings($shop, $kept, $record, $edited, $discardEdits), $result, $reporter);
        if (!$dryRun) {
            self::swap($shop, $kept, $record, $edited !== [], $result);
        }

        return $result;
    }

    /**
     * @param list<string> $edited
     *
     * @return list<Finding>
     */
    private static function findings(Shop $shop, Kept $kept, RestoreRecord $record, array $edited, bool $discardEdits): array
    {
        $stage = Shop::STATE . '/stage/' . $kept->id;
        $other = 'Restore a backup instead: "migration:tool:backup:list" shows them.';
        $findings = [];
        $damaged = $record->damaged();
        if ($damaged !== []) {
            $findings[] = Finding::error('undo-copy-damaged', self::told(sprintf('The undo copy in %s is not as it was kept:', $shop->path($stage)), $damaged), $other);
        }
        $registers = $record->registersChanged();
        if ($registers !== []) {
            $findings[] = Finding::error('packages-changed', self::told('Packages were changed since, which the undo would not take back with it:', $registers), 'Take these changes back, or restore a backup of the code.');
        }
        if ($edited !== []) {
            $message = self::told('These files were edited since; the undo takes the edits out of the shop:', $edited);
            $findings[] = $discardEdits
                ? Finding::warning('edited', $message, 'They stay in the undo copy until the next restore: a second undo brings them back.')
                : Finding::error('edited', $message, 'Back them up with "migration:tool:backup --code", then agree with --discard-edits.');
        }
        try {
            Commit::checkUndo($shop->root, Shop::STATE, $kept->journal());
        } catch (CoreException $e) {
            $findings[] = Finding::error('replaced', sprintf('"%s" is not the one that was put there: %s.', Terminal::safe($e->getPath() === '' ? $kept->journal() : $e->getPath()), rtrim($e->getMessage(), '.')), $other);
        }

        return $findings !== [] && array_filter($findings, static fn (Finding $finding): bool => $finding->stops) !== [] ? $findings : [...$findings, ...Exchange::of($shop, array_slice($record->items, 0, 1), $stage)];
    }

    /**
     * @param list<Finding>        $findings
     * @param array<string, mixed> $result
     */
    private static function refuse(array $findings, array $result, Reporter $reporter): void
    {
        $errors = array_values(array_filter($findings, static fn (Finding $finding): bool => $finding->stops));
        foreach ($findings as $finding) {
            if ($finding !== ($errors[0] ?? null)) {
                $reporter->warning(trim(($finding->stops ? 'Also: ' : '') . $finding->message . ' ' . $finding->fix));
            }
        }
        if ($errors !== []) {
            throw Failure::preflight($errors[0]->code, $errors[0]->message, $errors[0]->fix)->with($result + ['findings' => array_map(static fn (Finding $finding): array => $finding->toArray(), $errors)]);
        }
    }

    /** @param array<string, mixed> $result */
    private static function swap(Shop $shop, Kept $kept, RestoreRecord $record, bool $edited, array $result): void
    {
        $confirmation = Confirmation::before($shop, $record->items);
        Preload::everything();
        try {
            $shop->cluster?->confirm();
            $record->prepare();
            Commit::undo($shop->root, Shop::STATE, $kept->journal(), $kept->label($kept->run));
        } catch (Failure $e) {
            $confirmation->end();
            throw $e->with($result);
        } catch (CoreException $e) {
            $confirmation->end();
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The undo failed; the site is as before')->with($result);
        }
        $shop->refresh();
        try {
            $lost = $confirmation->lost();
        } finally {
            $confirmation->end();
        }
        if ($lost !== null) {
            self::revert($shop, $lost, $result);
        }
        try {
            if ($edited) {
                RestoreRecord::write($shop, $kept->id, $record->items, !$kept->undone);
            }
            Undo::keep($shop, Shop::STATE . '/stage/' . $kept->id);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The undo could not be closed; the next command takes it back')->with($result);
        }
        $shop->refresh();
    }

    /** @param array<string, mixed> $result */
    private static function revert(Shop $shop, string $lost, array $result): never
    {
        try {
            Commit::revert($shop->root, Shop::STATE);
        } catch (CoreException $e) {
            throw (new Failure(ExitCode::PERSON_NEEDED, 'not-undone', sprintf('%s And the undo could not be taken back: %s', $lost, $e->getMessage()), 'Run "migration:tool:recover"; it names what is in the way.', [], $e))->with($result);
        }
        $shop->refresh();
        throw (new Failure(ExitCode::ROLLED_BACK, 'not-confirmed', 'What was there before the restore does not work: ' . $lost, 'The site is as before the undo. What you need of it lies in the undo copy (var/lockstep/stage); restore single files with --path.'))->with(['rolled_back' => true] + $result);
    }

    /** @param list<string> $items */
    private static function told(string $sentence, array $items): string
    {
        $more = count($items) - self::SHOWN;

        return $sentence . "\n  " . implode("\n  ", array_map(Terminal::safe(...), array_slice($items, 0, self::SHOWN))) . ($more > 0 ? sprintf("\n  … and %d more", $more) : '');
    }
}
