<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Verification;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\RemoteSets;
use Lockstep\MigrationTool\Remote\Storage;
use Lockstep\MigrationTool\Remote\VerifyCopy;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class BackupVerifyCommand extends Command
{
    use RemoteOptions;

    protected function configure(): void
    {
        $this->setName('migration:tool:backup:verify')
            ->setDescription('Reads backups back and checks every byte')
            ->addArgument('id', InputArgument::OPTIONAL | InputArgument::IS_ARRAY, 'IDs of sets, their beginnings, or "latest"; without one every set is verified')
            ->addOption('all', null, InputOption::VALUE_NONE, 'Verify every set (the default without an ID)')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->addOption('threads', null, InputOption::VALUE_REQUIRED, 'Threads that read and hash; 0 for one a CPU', '0')
            ->addRemote('The copies off the machine: each is fetched for that time, and how it ended is kept there')
            ->setHelp(<<<'HELP'
                Reads every byte of the archives back: their structure, the keyed hash of the manifest, and the
                SHA-256 of each file. What is bad is named, file by file; the exit code is then 8. How it ended is kept
                in the set, for <info>migration:tool:backup:list</info>. Sets that never ended are no backups: they are
                told, and verified only by their ID.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% latest</info>
                  <info>%command.full_name% 20261124T190550Z 20261125 --directory=/backup/shop</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $directory = self::text($input->getOption('directory'));
        $threads = self::number($input->getOption('threads'), 'threads', 0, 256);
        $ids = self::texts($input->getArgument('id'));
        if ($ids !== [] && $input->getOption('all')) {
            throw Failure::preflight('option', '--all and the ID of a set exclude one another.');
        }
        if (self::isRemote($input)) {
            return self::copies($shop, self::storage($shop, $input, $reporter, true), $ids, $directory, $threads, $reporter);
        }
        [$sets, $skipped] = $ids === [] ? self::all($shop, $directory) : [self::named($shop, $ids, $directory), []];
        if ($sets === []) {
            throw new Failure(ExitCode::BACKUP, 'no-backup', sprintf('There is no backup in "%s".', BackupStore::directory($shop, $directory)), 'Make one with "migration:tool:backup".');
        }
        $verified = [];
        $ok = true;
        foreach ($sets as $number => $set) {
            if (count($sets) > 1) {
                $reporter->line(sprintf('%d of %d: %s', $number + 1, count($sets), $set->id));
            }
            $verified[] = $one = Verification::of($shop, $set, $reporter, $threads);
            $ok = $ok && $one['ok'];
        }
        return new Result(['ok' => $ok, 'backups' => $verified, 'unfinished' => $skipped], $ok ? ExitCode::DONE : ExitCode::BACKUP);
    }

    /** @param list<string> $ids */
    private static function copies(Shop $shop, Storage $storage, array $ids, ?string $directory, int $threads, Reporter $reporter): Result
    {
        $remote = new RemoteSets($storage, Key::read($shop));
        $verified = $unfinished = [];
        $sets = [];
        foreach ($ids === [] ? $remote->all() : array_map($remote->get(...), $ids) as $set) {
            $set->state === BackupSet::UNFINISHED && $ids === [] ? $unfinished[] = $set->id : $sets[$set->id] = $set;
        }
        if ($sets === []) {
            throw new Failure(ExitCode::BACKUP, 'no-backup', sprintf('There is no backup in "%s".', $storage->settings->place()), 'Copy one there with "migration:tool:backup:copy".');
        }
        foreach ($sets as $set) {
            $reporter->line(sprintf('%d of %d: %s', count($verified) + 1, count($sets), $set->id));
            $verified[] = VerifyCopy::of($shop, $storage, $set, $directory, $threads, $reporter);
        }
        $ok = !in_array(false, array_column($verified, 'ok'), true);

        return new Result(['ok' => $ok, 'backups' => $verified, 'unfinished' => $unfinished], $ok ? ExitCode::DONE : ExitCode::BACKUP);
    }

    /** @return array{list<BackupSet>, list<string>} all that ended, and the IDs of the others */
    private static function all(Shop $shop, ?string $directory): array
    {
        $sets = $unfinished = [];
        foreach (BackupStore::all($shop, $directory) as $set) {
            $set->state === BackupSet::UNFINISHED ? $unfinished[] = $set->id : $sets[] = $set;
        }

        return [$sets, $unfinished];
    }

    /**
     * @param list<string> $ids
     * @return list<BackupSet> each once, as they were named
     */
    private static function named(Shop $shop, array $ids, ?string $directory): array
    {
        $sets = [];
        foreach ($ids as $id) {
            $set = BackupStore::get($shop, $id, $directory);
            $sets[$set->id] = $set;
        }

        return array_values($sets);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{ok: bool, unfinished: list<string>, backups: list<array{id: string, ok: bool, parts: list<array{name: string, ok: bool, status: string, members: int, bytes: int, bad: list<string>}>}>} $data */
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
        foreach ($data['unfinished'] as $id) {
            $output->writeln(sprintf('%s <comment>unfinished</comment>: it never ended, or is being made', $id));
        }
        $bad = count(array_filter($data['backups'], static fn (array $set): bool => !$set['ok']));
        $output->writeln(sprintf($bad === 0 ? '<info>%s, %s read back: all good.</info>' : '<error>%3$d of %1$s are bad.</error>', Text::count(count($data['backups']), 'set'), Terminal::bytes(self::bytes($data['backups'])), $bad));
    }

    /** @param list<array{parts: list<array{bytes: int}>}> $sets */
    private static function bytes(array $sets): int
    {
        return array_sum(array_map(static fn (array $set): int => array_sum(array_column($set['parts'], 'bytes')), $sets));
    }
}
