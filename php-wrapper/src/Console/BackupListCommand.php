<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Members;
use Lockstep\MigrationTool\Backup\Origin;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Backup\Strangers;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Remote\Fetched;
use Lockstep\MigrationTool\Remote\RemoteSets;
use Lockstep\MigrationTool\Remote\Storage;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** @phpstan-import-type PartData from BackupSet */
class BackupListCommand extends Command
{
    use RemoteOptions;

    protected function configure(): void
    {
        $this->setName('migration:tool:backup:list')
            ->setDescription('Lists the backup sets, or what one of them holds')
            ->addArgument('id', InputArgument::OPTIONAL, 'List the members of this set: its ID, its beginning, or "latest"');
        foreach (Part::NAMES as $part) {
            $this->addOption($part, null, InputOption::VALUE_NONE, sprintf('With an ID: the members of the part "%s"', $part));
        }
        $this->addOption('path', null, InputOption::VALUE_REQUIRED, 'With an ID: only this file or directory, relative to the Magento root')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->addRemote('Those that were copied off the machine')
            ->setHelp(<<<'HELP'
                Lists the backup sets, oldest first. A set without backup.json never ended ("unfinished"); one is
                "damaged" of which a file is missing, has another length or another origin than backup.json tells, or
                that was found bad when it was verified last. Contents are read by
                <info>migration:tool:backup:verify</info>.

                With an ID, lists the members of the set's archives as "tar -tvf" prints them, times in UTC.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --directory=/backup/shop --format=json</info>
                  <info>%command.full_name% latest --code --path=app/etc</info>

                With --remote the copies are listed, by what the storage tells and their backup.json. With an ID, its archives
                are fetched for that time.

                  <info>%command.full_name% --remote</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $directory = self::text($input->getOption('directory'));
        $id = self::text($input->getArgument('id'));
        $parts = array_values(array_filter(Part::NAMES, static fn (string $name): bool => (bool) $input->getOption($name)));
        $path = self::text($input->getOption('path'));
        $storage = self::isRemote($input) ? self::storage($shop, $input, $reporter, false) : null;
        if ($id !== null && $storage !== null) {
            return $this->fetched($shop, $storage, $id, $parts, $path, $directory, $reporter);
        }
        if ($id !== null) {
            $set = BackupStore::get($shop, $id, $directory);

            return new Result([], printer: (new Members($set, self::parts($set, $parts), Key::read($shop), $path === null ? null : self::inRoot($shop, $path)))->print(...));
        }
        if ($parts !== [] || $path !== null) {
            throw Failure::preflight('option', sprintf('--%s means nothing without the ID of a set.', $parts[0] ?? 'path'), 'As in "migration:tool:backup:list latest --path=app/etc".');
        }
        $key = Key::find($shop);
        if ($storage !== null) {
            $remote = new RemoteSets($storage, $key);
            $backups = array_map(static fn (BackupSet $set): array => self::told($set, $key === null ? null : $remote->origin($set)), $remote->all());

            return new Result(['directory' => $storage->settings->place(), 'bytes' => array_sum(array_column($backups, 'bytes')), 'backups' => $backups, 'ignored' => $remote->strangers]);
        }
        $backups = [];
        foreach (BackupStore::all($shop, $directory) as $set) {
            $backups[] = self::told($set, $key === null ? null : Origin::of($set, $key));
        }
        $store = BackupStore::directory($shop, $directory);

        return new Result(['directory' => $store, 'bytes' => array_sum(array_column($backups, 'bytes')), 'backups' => $backups, 'ignored' => Strangers::in($store)]);
    }

    /** @param list<string> $names */
    private function fetched(Shop $shop, Storage $storage, string $id, array $names, ?string $path, ?string $directory, Reporter $reporter): Result
    {
        $key = Key::read($shop);
        $set = (new RemoteSets($storage, $key))->get($id);
        $fetched = Fetched::of($shop, $directory, $storage, $set, self::parts($set, $names), $reporter);
        $members = new Members($fetched->set, $fetched->set->parts, $key, $path === null ? null : self::inRoot($shop, $path));

        return new Result([], printer: static function (OutputInterface $output, bool $json) use ($members, $fetched): int {
            try {
                return $members->print($output, $json);
            } finally {
                $fetched->remove();
            }
        });
    }

    /** As members are named: an absolute path below the root, too. */
    private static function inRoot(Shop $shop, string $given): string
    {
        $path = str_starts_with($given, $shop->root . '/') ? substr($given, strlen($shop->root) + 1) : $given;

        return rtrim((string) preg_replace('~^(\./)+~', '', $path), '/');
    }

    /** @return array<string, mixed> */
    private static function told(BackupSet $set, ?Origin $origin): array
    {
        $told = $set->toArray();
        if ($told['state'] === BackupSet::COMPLETE && $origin?->status === Origin::DAMAGED) {
            $told['state'] = BackupSet::DAMAGED;
        }
        if ($told['problem'] === '' && $origin !== null) {
            $told['problem'] = $origin->problem;
        }

        return $told + ['age_seconds' => max(0, time() - (int) strtotime(Identifier::time($set->id))), 'other_key' => $origin === null ? null : $origin->status === Origin::OTHER];
    }

    /**
     * @param list<string> $names none: all
     * @return list<PartData>
     */
    private static function parts(BackupSet $set, array $names): array
    {
        foreach ($names as $name) {
            if ($set->part($name) === null) {
                throw new Failure(ExitCode::BACKUP, 'no-part', sprintf('Backup %s has no part "%s".', $set->id, $name), 'It has: ' . implode(', ', array_column($set->parts, 'name')) . '.');
            }
        }
        $parts = array_values(array_filter($set->parts, static fn (array $part): bool => $names === [] || in_array($part['name'], $names, true)));
        if ($parts === []) {
            throw new Failure(ExitCode::BACKUP, $set->state, sprintf('Backup %s is %s: %s.', $set->id, $set->state, $set->problem), 'Choose another one: "migration:tool:backup:list".');
        }

        return $parts;
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{directory: string, bytes: int, backups: list<array{id: string, created: string, state: string, problem: string, bytes: int, verified: ?string, authenticated: ?bool, magento: string, tool: string, age_seconds: int, other_key: ?bool, foreign_files: list<string>, parts: list<array{name: string, bytes: int, stored_bytes: int, frames?: int, frames_reused?: int}>}>, ignored: list<array{name: string, reason: string}>} $data */
        $data = $result->data;
        BackupListText::render($data, $output);
    }
}
