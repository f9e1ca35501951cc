<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Origin;
use Lockstep\MigrationTool\Backup\Prune;
use Lockstep\MigrationTool\Backup\PruneRules;
use Lockstep\MigrationTool\Backup\Removal;
use Lockstep\MigrationTool\Backup\Strangers;
use Lockstep\MigrationTool\Remote\RemoteRemoval;
use Lockstep\MigrationTool\Remote\RemoteSets;
use Lockstep\MigrationTool\Remote\Storage;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\LastUpgrade;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class BackupPruneCommand extends Command
{
    use RemoteOptions;

    private const KEEP = ['last' => 'sets', 'daily' => 'days', 'weekly' => 'weeks', 'monthly' => 'months', 'yearly' => 'years'];
    private const KEEP_MAX = 100000;

    protected function writes(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:backup:prune')
            ->setDescription('Removes old backups by rules of what to keep');
        foreach (self::KEEP as $rule => $unit) {
            $what = $rule === 'last' ? 'The newest N sets of each part' : sprintf('The newest set of each part of each of the last N %s that have one', $unit);
            $this->addOption('keep-' . $rule, null, InputOption::VALUE_REQUIRED, $what, '0');
        }
        $this->addOption('max-size', null, InputOption::VALUE_REQUIRED, 'Remove the oldest sets until all take no more than this (K, M, G, T)')
            ->addOption('damaged', null, InputOption::VALUE_NONE, 'Remove damaged sets, too')
            ->addOption('dry-run', null, InputOption::VALUE_NONE, 'Tell what would go and what would stay, and why; remove nothing')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->addRemote('The copies off the machine, instead of the backups here')
            ->setHelp(<<<'HELP'
                A set stays when a rule keeps it for one of its parts (tool, code, …); days, weeks (Monday to Sunday),
                months and years are those of UTC. Whatever the rules say, the newest good set of each part stays, and
                the backup of the last upgrade while that can be undone. With --max-size, too, the oldest go first, and
                these stay.

                Sets that never ended go when they are a day old. Damaged sets are told, and go with --damaged.
                What is not Lockstep's, or of another shop, is never touched.

                  <info>%command.full_name% --keep-last=3 --keep-daily=7 --keep-weekly=4 --keep-monthly=12 --dry-run</info>
                  <info>%command.full_name% --keep-daily=14 --max-size=20G --directory=/backup/shop</info>
                  <info>%command.full_name% --keep-daily=14 --keep-monthly=24 --remote</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $rules = $this->rules($input);
        $directory = self::text($input->getOption('directory'));
        $storage = self::isRemote($input) ? self::storage($shop, $input, $reporter, true) : null;
        $lock = $storage === null ? null : self::lockCopies($shop);
        [$place, $sets, $origins, $strangers] = $storage === null ? self::here($shop, $directory) : self::there($shop, $storage);
        $upgrade = LastUpgrade::backup($shop);
        $plan = Prune::plan(array_values($sets), $origins, $rules, $upgrade === null ? [] : [$upgrade => 'backup of the last upgrade'], time());
        $isDry = (bool) $input->getOption('dry-run');
        foreach ($isDry ? [] : $plan->removed as $number => $removed) {
            $shop->cluster?->confirm($number === 0);
            $storage === null ? Removal::of($sets[$removed['id']]) : RemoteRemoval::of($sets[$removed['id']], $storage);
            $reporter->progress('prune', $number + 1, count($plan->removed), 0, 0);
        }
        $lock?->release();
        $reporter->progressDone();
        if ($rules->maxBytes > 0 && $plan->bytes > $rules->maxBytes) {
            $reporter->warning(sprintf('What stays takes %s, more than --max-size: the rest is protected.', Terminal::bytes($plan->bytes)));
        }
        $data = $plan->toArray();
        $data['ignored'] = [...$plan->ignored, ...$strangers];

        return new Result(['directory' => $place, 'dry_run' => $isDry] + $data);
    }

    /** @return array{string, array<string, BackupSet>, array<string, Origin>, list<array{name: string, reason: string}>} place, sets and origins by ID, what is none */
    private static function here(Shop $shop, ?string $directory): array
    {
        $place = BackupStore::directory($shop, $directory);
        $strangers = Strangers::in($place);
        $sets = $origins = [];
        foreach (BackupStore::all($shop, $directory) as $set) {
            if (!in_array($set->id, array_column($strangers, 'name'), true)) {
                $sets[$set->id] = $set;
                $origins[$set->id] = Origin::of($set, $key ??= Key::read($shop));
            }
        }

        return [$place, $sets, $origins, $strangers];
    }

    /** @return array{string, array<string, BackupSet>, array<string, Origin>, list<array{name: string, reason: string}>} as here() */
    private static function there(Shop $shop, Storage $storage): array
    {
        $remote = new RemoteSets($storage, Key::read($shop));
        $sets = $origins = [];
        foreach ($remote->all() as $set) {
            $sets[$set->id] = $set;
            $origins[$set->id] = $remote->origin($set);
        }

        return [$storage->settings->place(), $sets, $origins, $remote->strangers];
    }

    private function rules(InputInterface $input): PruneRules
    {
        $keep = [];
        foreach (array_keys(self::KEEP) as $rule) {
            $keep[] = self::number($input->getOption('keep-' . $rule), 'keep-' . $rule, 0, self::KEEP_MAX);
        }
        $size = self::text($input->getOption('max-size'));

        return (new PruneRules(...[...$keep, $size === null ? 0 : PruneRules::bytes($size), (bool) $input->getOption('damaged')]))->check();
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{dry_run: bool, kept: list<array{id: string, reasons: list<string>}>, removed: list<array{id: string, bytes: int, reason: string}>, ignored: list<array{name: string, reason: string}>, freed_bytes: int, kept_bytes: int} $data */
        $data = $result->data;
        foreach ($data['kept'] as $set) {
            $output->writeln(sprintf('<info>keep</info>    %s  %s', $set['id'], Text::escape(implode(', ', $set['reasons']))));
        }
        foreach ($data['removed'] as $set) {
            $output->writeln(sprintf('<comment>%s</comment>  %s  %s, %s', $data['dry_run'] ? 'remove ' : 'removed', $set['id'], Text::escape($set['reason']), Terminal::bytes($set['bytes'])));
        }
        foreach ($data['ignored'] as $one) {
            $output->writeln(sprintf('ignore  %s  %s', Text::escape($one['name']), Text::escape($one['reason'])));
        }
        $output->writeln(sprintf(
            $data['dry_run'] ? 'Dry run: %d of %d sets would go, %s would be free; nothing was removed.' : '%d of %d sets were removed, %s are free.',
            count($data['removed']),
            count($data['removed']) + count($data['kept']),
            Terminal::bytes($data['freed_bytes']),
        ));
    }
}
