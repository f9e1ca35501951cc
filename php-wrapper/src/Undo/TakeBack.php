<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Fact\Generated;
use Lockstep\MigrationTool\Status\FollowUp;
use Lockstep\MigrationTool\Status\LastUpgrade;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Baseline;
use Lockstep\MigrationTool\Upgrade\Health;
use Lockstep\MigrationTool\Upgrade\NextSteps;
use Lockstep\MigrationTool\Upgrade\Signals;
use Lockstep\Tree;

/**
 * Takes the last upgrade back, or its undo: the kept commit done backwards, as a commit of its own with the same proofs.
 * The caller holds the lock and has recovered.
 */
final class TakeBack
{
    private readonly string $run;
    private ?Kept $kept = null;
    private ?Record $record = null;
    /** @var list<string> */
    private array $discarded = [];
    /** @var list<string> */
    private array $followup = [];
    private bool $begun = false;
    private bool $rolledBack = false;

    private function __construct(
        private readonly Shop $shop,
        private readonly bool $dryRun,
        private readonly bool $discardEdits,
        private readonly Reporter $reporter,
    ) {
        $this->run = Identifier::make();
    }

    /** @return array<string, mixed> the JSON of the command; the same keys in a dry run */
    public static function run(Shop $shop, bool $dryRun, bool $discardEdits, Reporter $reporter): array
    {
        $back = new self($shop, $dryRun, $discardEdits, $reporter);
        $signals = Signals::catch(fn (): bool => $back->begun);
        try {
            $back->check();
            if (!$dryRun) {
                $back->change();
            }

            return $back->toArray();
        } catch (Failure $e) {
            throw $e->with($back->toArray());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, $back->begun ? ExitCode::ROLLED_BACK : ExitCode::PREFLIGHT, 'The undo failed')->with($back->toArray());
        } finally {
            Tree::remove($shop->state('stage/' . $back->run));
            $signals->release();
        }
    }

    private function check(): void
    {
        $this->reporter->step(1, 4, 'Check');
        $this->kept = Undo::last($this->shop);
        $this->record = $this->kept === null ? null : Record::read($this->shop, $this->kept);
        if ($this->kept === null || $this->record === null) {
            throw $this->nothingKept();
        }
        $since = Since::of($this->shop, $this->record);
        $this->discarded = $since->edited;
        $findings = Reasons::of($this->shop, $this->kept, $this->record, $since, $this->discardEdits);
        $errors = array_values(array_filter($findings, static fn ($finding): bool => $finding->stops));
        foreach ($findings as $finding) {
            if ($finding !== ($errors[0] ?? null)) {
                $this->reporter->warning(trim(($finding->stops ? 'Also: ' : '') . $finding->message . ' ' . $finding->fix));
            }
        }
        if ($errors !== []) {
            throw Failure::preflight($errors[0]->code, $errors[0]->message, $errors[0]->fix)->with(['findings' => array_map(static fn ($finding): array => $finding->toArray(), $errors)]);
        }
    }

    private function change(): void
    {
        [$kept, $record] = [$this->kept(), $this->record()];
        self::permissions($this->shop, $record);
        foreach ($record->items as $item) {
            $path = $this->shop->path($record->project . '/' . $item);
            if (file_exists($path) && !is_link($path)) {
                Tree::sync($path);
            }
        }
        Tree::privateDirectory($this->shop->state('stage/' . $this->run));
        $php = Program::php();
        $before = Baseline::start($this->shop, $php, $this->shop->state('stage/' . $this->run))->wait();
        if ($kept->from === '') {
            $before = new Health($before->autoload, $before->magento, false); // without the tool there are no migrate:* commands
        }
        Preload::everything();
        $this->reporter->step(2, 4, 'Commit');
        $this->begun = true;
        try {
            Commit::undo($this->shop->root, Shop::STATE, $kept->journal(), $kept->label($this->run));
        } catch (CoreException $e) {
            $this->begun = $e->getStatus() === 'recovery';
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The undo failed' . ($this->begun ? '' : '; the site is as before'));
        }
        $this->shop->refresh();
        $this->reporter->line(sprintf('%d entries swapped.', count($record->items)));
        try {
            $this->reporter->step(3, 4, 'Confirm');
            $this->confirm($before, $php);
            $this->reporter->step(4, 4, 'Report');
            $this->close($kept, $record);
        } catch (\Throwable $e) {
            $this->revert($e);
        }
        Generated::expire($this->shop, time());
        $reminders = NextSteps::afterUndo($this->shop);
        $this->followup = [...$reminders, ...FollowUp::of($this->shop)];
        LastUpgrade::mark($this->shop, $reminders, $this->reporter);
    }

    private function confirm(Health $before, string $php): void
    {
        $lost = Baseline::start($this->shop, $php, $this->shop->state('stage/' . $this->run))->wait()->lostSince($before);
        if ($lost !== null) {
            throw new Failure(ExitCode::ROLLED_BACK, 'not-confirmed', $lost, 'The site is as before the undo.');
        }
    }

    /** The new record stands beside the old one until the journal is closed: whichever journal is there has its record. */
    private function close(Kept $kept, Record $record): void
    {
        Record::write($this->shop, $kept->id, $this->run, $record->project, $record->items, $record->packagesBack());
        Undo::keep($this->shop, Shop::STATE . '/stage/' . $kept->id);
    }

    private function revert(\Throwable $e): void
    {
        if (Commit::pending($this->shop->root, Shop::STATE)['state'] === 'none') {
            $this->reporter->warning('The undo is done, but not everything could be put away: ' . $e->getMessage());

            return;
        }
        try {
            Commit::revert($this->shop->root, Shop::STATE);
        } catch (CoreException $why) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'not-undone', sprintf('%s And it could not be taken back: %s', $e->getMessage(), $why->getMessage()), 'Run "migration:tool:recover"; it names what is in the way.', [], $e);
        }
        $this->rolledBack = true;
        $this->shop->refresh();
        throw $e instanceof Failure ? $e : new Failure(ExitCode::ROLLED_BACK, 'rolled-back', $e->getMessage(), 'The site is as before the undo.', [], $e);
    }

    /** What a chmod of var/ did to the undo copy is put right. */
    private static function permissions(Shop $shop, Record $record): void
    {
        foreach (array_intersect_key($record->kept, Contents::of($shop->path($record->project), $record->items)) as $path => $noted) {
            $wanted = Contents::permissions($noted);
            $file = $shop->path($record->project . '/' . $path);
            if ($wanted !== null && !is_link($file) && ((int) fileperms($file) & 07777) !== $wanted) {
                chmod($file, $wanted);
            }
        }
    }

    private function nothingKept(): Failure
    {
        $last = LastUpgrade::of($this->shop);
        if ($last === null) {
            return Failure::preflight('no-upgrade', 'There is no upgrade to take back: none was done in this shop.', '"migration:tool:backup:list" shows the backups.');
        }

        return Failure::preflight(
            'undo-copy-gone',
            sprintf('The upgrade of %s cannot be taken back: its undo copy in %s is gone or damaged.', $last['time'], $this->shop->state('undo')),
            ($last['from'] === '' ? 'To be without the tool: composer remove ' . Shop::TOOL . '.' : sprintf('Install that release instead: "migration:tool:upgrade %s"; your customizations are carried over.', $last['from'])) . ' "migration:tool:backup:list" shows the backups of the tool.',
        );
    }

    private function kept(): Kept
    {
        return $this->kept ?? throw new \LogicException('Nothing is kept.');
    }

    private function record(): Record
    {
        return $this->record ?? throw new \LogicException('Nothing is kept.');
    }

    /** @return array<string, mixed> */
    private function toArray(): array
    {
        $installed = $this->shop->installed();

        return [
            'magento' => $installed->magento(),
            'tool' => ['installed' => $installed->hasTool(), 'version' => $installed->toolVersion(), 'path' => $installed->hasTool() ? $this->shop->toolPath() : ''],
            'undone' => $this->kept?->toArray(),
            'from' => $this->kept->to ?? '',
            'to' => $this->kept->from ?? '',
            'entries' => $this->record === null ? [] : array_reverse($this->record->items),
            'packages' => $this->record?->packagesBack() ?? [],
            'discarded' => $this->discarded,
            'followup' => $this->followup,
            'rolled_back' => $this->rolledBack,
            'dry_run' => $this->dryRun,
        ];
    }
}
