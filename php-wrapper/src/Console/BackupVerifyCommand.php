<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Verification;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class BackupVerifyCommand extends Command
{
    protected function configure(): void
    {
        $this->setName('migration:tool:backup:verify')
            ->setDescription('Reads backups back and checks every byte')
            ->addArgument('id', InputArgument::OPTIONAL, 'The set\'s ID, its beginning, or "latest"; without it every set is verified')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->addOption('threads', null, InputOption::VALUE_REQUIRED, 'Threads that read and hash; 0 for one a CPU', '0')
            ->setHelp(<<<'HELP'
                Reads every byte of the archives back: their structure, the keyed hash of the manifest, and the
                SHA-256 of each file. What is bad is named; the exit code is then 8.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% latest</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $directory = self::text($input->getOption('directory'));
        $threads = self::number($input->getOption('threads'), 'threads', 0, 256);
        $id = self::text($input->getArgument('id'));
        $sets = $id === null ? BackupStore::all($shop, $directory) : [BackupStore::get($shop, $id, $directory)];
        if ($sets === []) {
            throw new Failure(ExitCode::BACKUP, 'no-backup', sprintf('There is no backup in "%s".', BackupStore::directory($shop, $directory)), 'Make one with "migration:tool:backup".');
        }
        $verified = [];
        $ok = true;
        foreach ($sets as $set) {
            $verified[] = $one = Verification::of($shop, $set, $reporter, $threads);
            $ok = $ok && $one['ok'];
        }

        return new Result(['ok' => $ok, 'backups' => $verified], $ok ? ExitCode::DONE : ExitCode::BACKUP);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{backups: list<array{id: string, ok: bool, parts: list<array{name: string, ok: bool, status: string, members: int, bytes: int, bad: list<string>}>}>} $data */
        $data = $result->data;
        foreach ($data['backups'] as $set) {
            $output->writeln(sprintf('%s %s', $set['id'], $set['ok'] ? '<info>good</info>' : '<error>bad</error>'));
            foreach ($set['parts'] as $part) {
                $output->writeln(sprintf('  %s: %s, %s members, %s', Text::escape($part['name']), $part['ok'] ? 'good' : Text::escape($part['status']), number_format($part['members']), Terminal::bytes($part['bytes'])));
                foreach ($part['bad'] as $bad) {
                    $output->writeln('    <error>' . Text::escape($bad) . '</error>');
                }
            }
        }
    }
}
