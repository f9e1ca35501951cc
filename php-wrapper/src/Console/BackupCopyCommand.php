<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Origin;
use Lockstep\MigrationTool\Backup\Seal;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\CopySet;
use Lockstep\MigrationTool\Remote\RemoteSets;
use Lockstep\MigrationTool\Remote\Upload;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * The shop's lock is not taken: an upload may take hours, changes nothing in the shop, and must not keep a backup or an upgrade out.
 * A lock of its own, on the state directory, keeps a second copy out.
 *
 * @phpstan-type Done array{id: string, status: string, bytes: int, seconds: float, parts: list<array{name: string, bytes: int, status: string, checked: string}>, problem: string}
 */
class BackupCopyCommand extends Command
{
    use RemoteOptions;

    private const FAILED = 'failed';

    protected function configure(): void
    {
        $this->setName('migration:tool:backup:copy')
            ->setDescription('Copies finished backups off the machine, to S3-compatible storage')
            ->addArgument('id', InputArgument::OPTIONAL | InputArgument::IS_ARRAY, 'IDs of sets, their beginnings, or "latest"; without one every complete set that is not there yet')
            ->addOption('verify', null, InputOption::VALUE_NONE, 'Read everything back and hash it, also what the storage\'s own checksum proves')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->setHelp(<<<'HELP'
                Copies the parts of a set first and its backup.json last: a set without one there is unfinished. After
                each file its checksum is compared: the storage's own where it tells one, else it is read back. What is
                there already, and proved, is not sent again, so the same command resumes an interrupted copy. A file that
                is not what backup.json tells is not copied.

                The bucket is that of Stores > Configuration > Data Migration Tool > Off-Machine Copy, else that of
                remote_storage in app/etc/env.php, below "lockstep" there. It must be private: archives are not encrypted
                by Lockstep. The key of the backups, var/lockstep/key, is never copied: keep it elsewhere.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% latest --verify</info>
                  <info>%command.full_name% 20261124T190550Z --directory=/backup/shop</info>

                "--remote" of migration:tool:backup:list, :verify, :restore and :prune looks at the copies.
                HELP);
        $this->addTimeout()->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $directory = self::text($input->getOption('directory'));
        $key = Key::read($shop);
        [$sets, $skipped] = self::chosen($shop, self::texts($input->getArgument('id')), $directory, $key);
        $storage = self::storage($shop, $input, $reporter, true);
        $lock = self::lockCopies($shop);
        try {
            $remote = new RemoteSets($storage, $key);
            $copy = new CopySet($storage, new Upload($storage, Seal::keyName($key), (bool) $input->getOption('verify'), $reporter));
            $done = [];
            foreach ($sets as $number => $set) {
                $there = $remote->find($set->id);
                if ($input->getArgument('id') === [] && !$input->getOption('verify') && CopySet::isWhole($there)) {
                    $done[] = ['id' => $set->id, 'status' => Upload::THERE, 'bytes' => 0, 'seconds' => 0.0, 'parts' => [], 'problem' => ''];
                    continue;
                }
                $reporter->line(sprintf('%d of %d: %s, %s', $number + 1, count($sets), $set->id, Terminal::bytes($set->files->bytes)));
                $done[] = self::one($copy, $set, $there);
            }
        } catch (Failure $e) {
            throw $e->with(['destination' => $storage->settings->place(), 'backups' => $done ?? []]);
        } finally {
            $lock->release();
        }
        $isBad = in_array(self::FAILED, array_column($done, 'status'), true);

        return new Result(['destination' => $storage->settings->place(), 'backups' => $done, 'skipped' => $skipped, 'bytes' => array_sum(array_column($done, 'bytes'))], $isBad ? ExitCode::BACKUP : ExitCode::DONE);
    }

    /**
     * A set that is bad here keeps no other one from being copied; a storage that does not answer ends it all.
     *
     * @return Done
     */
    private static function one(CopySet $copy, BackupSet $set, ?BackupSet $there): array
    {
        $started = microtime(true);
        $parts = [];
        $problem = '';
        try {
            $parts = $copy->run($set, $there);
        } catch (Failure $e) {
            if (!in_array($e->error, ['damaged', 'unreadable'], true)) {
                throw $e;
            }
            $problem = $e->getMessage();
        }
        $sent = array_filter($parts, static fn (array $part): bool => $part['status'] === Upload::COPIED);
        $status = $problem !== '' ? self::FAILED : ($sent === [] ? Upload::THERE : Upload::COPIED);

        return ['id' => $set->id, 'status' => $status, 'bytes' => array_sum(array_column($sent, 'bytes')), 'seconds' => round(microtime(true) - $started, 3), 'parts' => $parts, 'problem' => $problem];
    }

    /**
     * @param list<string> $ids
     *
     * @return array{list<BackupSet>, list<array{id: string, reason: string}>} what is copied; what is not, and why
     */
    private static function chosen(Shop $shop, array $ids, ?string $directory, string $key): array
    {
        $sets = $skipped = [];
        foreach ($ids === [] ? BackupStore::all($shop, $directory) : array_map(static fn (string $id): BackupSet => BackupStore::get($shop, $id, $directory), $ids) as $set) {
            $origin = Origin::of($set, $key);
            $reason = $set->knownProblem() !== '' ? $set->knownProblem() : $origin->problem;
            if ($reason === '') {
                $sets[$set->id] = $set;
            } elseif ($ids === []) {
                $skipped[] = ['id' => $set->id, 'reason' => $reason];
            } else {
                throw new Failure(ExitCode::BACKUP, $set->state, sprintf('Backup %s is not copied: %s.', $set->id, $reason), 'Choose another one: "migration:tool:backup:list".');
            }
        }

        return [array_values($sets), $skipped];
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{destination: string, backups: list<Done>, skipped: list<array{id: string, reason: string}>, bytes: int} $data */
        $data = $result->data;
        foreach ($data['backups'] as $set) {
            $output->writeln(sprintf('%s <%s>%s</>%s', $set['id'], $set['status'] === self::FAILED ? 'error' : 'info', $set['status'] === Upload::THERE ? 'is there' : $set['status'], $set['problem'] === '' ? '' : ': ' . Text::escape($set['problem'])));
            foreach ($set['parts'] as $part) {
                $output->writeln(sprintf('  %s: %s, %s, %s', Text::escape($part['name']), Terminal::bytes($part['bytes']), $part['status'] === Upload::THERE ? 'was there' : 'copied', $part['checked'] === 'etag' ? 'checksum compared' : 'read back'));
            }
        }
        foreach ($data['skipped'] as $one) {
            $output->writeln(sprintf('%s <comment>not copied</comment>: %s', $one['id'], Text::escape($one['reason'])));
        }
        $output->writeln(sprintf('%d of %d sets copied, %s, to %s', count(array_filter($data['backups'], static fn (array $set): bool => $set['status'] === Upload::COPIED)), count($data['backups']), Terminal::bytes($data['bytes']), Text::escape($data['destination'])));
    }
}
