<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Helper\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class BackupListCommand extends Command
{
    protected function configure(): void
    {
        $this->setName('migration:tool:backup:list')
            ->setDescription('Lists the backup sets')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->setHelp(<<<'HELP'
                Lists the backup sets, oldest first. A set without backup.json never ended ("unfinished"); one of
                which a file is missing or has another length is "damaged". Contents are read by
                <info>migration:tool:backup:verify</info>.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --directory=/backup/shop --format=json</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $directory = self::text($input->getOption('directory'));

        return new Result([
            'directory' => BackupStore::directory($shop, $directory),
            'backups' => array_map(static fn (BackupSet $set): array => $set->toArray(), BackupStore::all($shop, $directory)),
        ]);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{directory: string, backups: list<array{id: string, created: string, state: string, problem: string, magento: string, tool: string, parts: list<array{name: string, bytes: int, stored_bytes: int}>}>} $data */
        $data = $result->data;
        if ($data['backups'] === []) {
            $output->writeln('There is no backup in ' . Text::escape($data['directory']) . '.');

            return;
        }
        $table = new Table($output);
        $table->setHeaders(['ID', 'Made', 'Parts', 'Size', 'Magento', 'Tool', 'State']);
        foreach ($data['backups'] as $set) {
            $state = $set['state'] === BackupSet::COMPLETE ? $set['state'] : sprintf('<error>%s</error> %s', $set['state'], Text::escape($set['problem']));
            $table->addRow([$set['id'], $set['created'], implode(' ', array_column($set['parts'], 'name')), Terminal::bytes(array_sum(array_column($set['parts'], 'stored_bytes'))), Text::escape($set['magento']), Text::escape($set['tool']), $state]);
        }
        $table->render();
    }
}
