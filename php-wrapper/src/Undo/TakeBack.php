<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Fact\Generated;
use Lockstep\MigrationTool\Status\FollowUp;
use Lockstep\MigrationTool\Status\LastUpgrade;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Lockstep\MigrationTool\Upgrade\NextSteps;
use Lockstep\MigrationTool\Upgrade\Signals;
use Lockstep\Tree;

/** Takes the last upgrade back, or its undo. The caller holds the lock and has recovered. */
final class TakeBack
{
    private readonly string $run;
    private readonly Swap $swap;
    private ?Kept $kept = null;
    private ?Record $record = null;
    /** @var list<string> */
    private array $discarded = [];
    /** @var list<string> */
    private array $dump = [];
    /** @var list<string> */
    private array $followup = [];

    private function __construct(
        private readonly Shop $shop,
        private readonly bool $dryRun,
        private readonly bool $discardEdits,
        private readonly Reporter $reporter,
    ) {
        $this->run = Identifier::make();
        $this->swap = new Swap($shop, $this->run, $reporter);
    }

    /** @return array<string, mixed> the JSON of the command; the same keys in a dry run */
    public static function run(Shop $shop, bool $dryRun, bool $discardEdits, Reporter $reporter): array
    {
        $back = new self($shop, $dryRun, $discardEdits, $reporter);
        $signals = Signals::catch(static fn (): bool => $back->swap->begun || $back->swap->rolledBack);
        try {
            $back->perform();

            return $back->toArray();
        } catch (Failure $e) {
            throw $e->with($back->toArray());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The undo could not be prepared; nothing was changed')->with($back->toArray());
        } finally {
            Tree::remove($shop->state('stage/' . $back->run));
            $signals->release();
        }
    }

    private function perform(): void
    {
        $this->reporter->step(1, 4, 'Check');
        $this->kept = $kept = Undo::last($this->shop);
        $this->record = $record = $kept === null ? null : Record::read($this->shop, $kept);
        if ($kept === null || $record === null) {
            throw Reasons::nothingKept($this->shop);
        }
        $since = Since::of($this->shop, $record);
        $this->discarded = $since->edited;
        $this->dump = $since->dumped === [] ? [] : ['composer dump-autoload, with the options that were given since the upgrade'];
        $this->refuse(Reasons::of($this->shop, $kept, $record, $since, $this->discardEdits));
        if ($this->dryRun) {
            $this->followup = [...$this->dump, ...NextSteps::afterUndo($this->shop, $record->items, $kept->to, $kept->from), ...FollowUp::of($this->shop, time())];

            return;
        }
        $this->swap->run($kept, $record);
        Generated::expire($this->shop);
        $reminders = [...$this->dump, ...NextSteps::afterUndo($this->shop, $record->items, $kept->to, $kept->from)];
        $this->followup = [...$reminders, ...FollowUp::of($this->shop)];
        LastUpgrade::mark($this->shop, $reminders, $this->reporter);
    }

    /** @param list<Finding> $findings */
    private function refuse(array $findings): void
    {
        $errors = array_values(array_filter($findings, static fn (Finding $finding): bool => $finding->stops));
        foreach ($findings as $finding) {
            if ($finding !== ($errors[0] ?? null)) {
                array_map($this->reporter->warning(...), $finding->lines($finding->stops ? 'Also: ' : ''));
            }
        }
        if ($errors !== []) {
            throw Failure::preflight($errors[0]->code, $errors[0]->message, $errors[0]->fix)->with(['findings' => array_map(static fn (Finding $finding): array => $finding->toArray(), $errors)]);
        }
    }

    /** @return array<string, mixed> */
    private function toArray(): array
    {
        return $this->shop->versionsIfKnown() + [
            'undone' => $this->kept?->toArray(),
            'from' => $this->kept->to ?? '',
            'to' => $this->kept->from ?? '',
            'entries' => $this->record === null ? [] : array_reverse($this->record->items),
            'commit' => $this->swap->commit,
            'packages' => $this->record?->packagesBack() ?? [],
            'discarded' => $this->discarded,
            'followup' => $this->followup,
            'rolled_back' => $this->swap->rolledBack,
            'dry_run' => $this->dryRun,
        ];
    }
}
