<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo\TakeBack;
use Lockstep\MigrationTool\Undo\TakeRestoreBack;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class UndoCommand extends Command
{
    protected function writes(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:undo')
            ->setDescription('Takes the last upgrade back: the tool, the composer files, the autoloader; or the last restore')
            ->addOption('restore', null, InputOption::VALUE_NONE, 'Take the last restore of a backup back, not the last upgrade')
            ->addOption('dry-run', null, InputOption::VALUE_NONE, 'Tell whether it can be taken back and what would change, and change nothing')
            ->addOption('discard-edits', null, InputOption::VALUE_NONE, 'Agree that edits made since leave the shop with it')
            ->setHelp(<<<'HELP'
                Swaps back in what the last upgrade had swapped out, by atomic renames under a journal, days later too,
                without Composer. What worked before must work afterwards, else the shop is left as it was. What the
                upgrade had put in place is kept: a second undo brings the upgrade back. With --restore the same for the
                last "migration:tool:backup:restore".

                  <info>%command.full_name% --dry-run</info>
                  <info>%command.full_name%</info>
                  <info>%command.full_name% --discard-edits</info>    although files were edited since
                  <info>%command.full_name% --restore</info>

                It refuses, and changes nothing, when other packages or the composer files were changed since, when
                files were edited since, or when the undo copy in var/lockstep is not as it was kept.

                Exit codes: 0 done, 1 unexpected, 4 refused, 7 another run holds the lock, 9 failed and was rolled back,
                10 a person is needed.
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $run = $input->getOption('restore') ? TakeRestoreBack::run(...) : TakeBack::run(...);

        return new Result($run($shop, (bool) $input->getOption('dry-run'), (bool) $input->getOption('discard-edits'), $reporter));
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{undone: array{what: string, time: string}, from?: string, to?: string, entries: list<string>, packages?: list<array{name: string, from: string, to: string}>, discarded: list<string>, followup?: list<string>, dry_run: bool} $data */
        $data = $result->data;
        $what = ['upgrade' => 'the upgrade', 'restore' => 'the restore'][$data['undone']['what']] ?? 'the undo';
        $way = isset($data['from'], $data['to']) ? sprintf(': %s → %s', $data['from'] === '' ? 'none' : $data['from'], $data['to'] === '' ? 'none' : $data['to']) : '';
        $output->writeln('<info>' . Text::escape($data['dry_run']
            ? sprintf('Dry run: %s of %s can be taken back%s. Nothing was changed.', $what, $data['undone']['time'], $way)
            : sprintf('%s of %s was taken back%s.', ucfirst($what), $data['undone']['time'], $way)) . '</info>');
        Text::list($output, 'Packages', array_map(static fn (array $package): string => sprintf('%s %s → %s', $package['name'], $package['from'] === '' ? '–' : $package['from'], $package['to'] === '' ? '–' : $package['to']), $data['packages'] ?? []));
        Text::list($output, 'Swapped', Text::some($data['entries']));
        Text::list($output, 'Edits now in the undo copy', $data['dry_run'] ? [] : $data['discarded']);
        Text::list($output, 'Still to be done', $data['followup'] ?? []);
    }
}
