<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Key;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Backup\Restore;
use Lockstep\MigrationTool\Backup\Wanted;
use Lockstep\MigrationTool\Database\Restore as Database;
use Lockstep\MigrationTool\Database\RestoreOptions;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\Fetched;
use Lockstep\MigrationTool\Remote\RemoteSets;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Maintenance;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** @phpstan-import-type PartData from BackupSet */
class BackupRestoreCommand extends Command
{
    use RemoteOptions;

    protected function writes(): bool
    {
        return true;
    }

    protected function replacesDatabase(InputInterface $input): bool
    {
        return (bool) $input->getOption(Part::DB) && self::text($input->getOption('to')) === null;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:backup:restore')
            ->setDescription('Restores a backup: unpacked beside, verified, then swapped in')
            ->addArgument('id', InputArgument::REQUIRED, 'The set\'s ID, its beginning, or "latest"')
            ->addOption(Part::TOOL, null, InputOption::VALUE_NONE, 'The tool\'s directory')
            ->addOption(Part::CODE, null, InputOption::VALUE_NONE, 'The code')
            ->addOption(Part::MODULES, null, InputOption::VALUE_NONE, 'app/code')
            ->addOption(Part::MEDIA, null, InputOption::VALUE_NONE, 'pub/media; where it is a symlink, only with --to')
            ->addOption(Part::DB, null, InputOption::VALUE_NONE, 'The database, or all of them (split databases)')
            ->addOption('keep-old', null, InputOption::VALUE_NONE, 'Keep the tables that the database had, in a database beside it')
            ->addOption('defaults-file', null, InputOption::VALUE_REQUIRED, 'Option file with the connection to the database, instead of app/etc/env.php')
            ->addOption('path', null, InputOption::VALUE_REQUIRED, 'Only this file or directory, or what this pattern matches (as in .gitignore), relative to the Magento root')
            ->addOption('to', null, InputOption::VALUE_REQUIRED, 'Unpack into this directory instead, which must be empty or absent; the site is not touched')
            ->addOption('maintenance', null, InputOption::VALUE_NONE, 'Put the site in maintenance mode for that time, and leave the mode as it was found')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->addRemote('From the copy off the machine: what is wanted of it is fetched first, where it is not here')
            ->setHelp(<<<'HELP'
                Compares the site with the archive, unpacks what differs beside it, checks the hash of every file, and
                swaps the result in by atomic renames under a journal: the site is as before or as in the backup, never
                something between. What is as in the backup is not touched; what the backup left out (var, pub/media, …)
                stays as it is; what the backup has not is put away. "migration:tool:undo --restore" takes it back.
                Without the name of a part all parts of the set are restored; with --path the database is not.

                A database is restored into a new one beside it, whose tables then change places with the live ones in
                one statement. A user who may create no databases restores in place, after a fresh backup. Close the
                shop meanwhile with --maintenance, and flush its caches afterwards.

                  <info>%command.full_name% latest --tool</info>
                  <info>%command.full_name% 20261124T190550Z-1a2b3c --code --path=app/etc/env.php</info>
                  <info>%command.full_name% latest --code --path='app/etc/*.php'</info>
                  <info>%command.full_name% latest --db --maintenance --keep-old</info>
                  <info>%command.full_name% latest --to=/tmp/look</info>
                  <info>%command.full_name% latest --remote --code --path=app/etc/env.php</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $isClosed = (bool) $input->getOption('maintenance');
        if ($isClosed && self::text($input->getOption('to')) !== null) {
            throw Failure::preflight('option', '--maintenance means nothing with --to: the site is not touched.');
        }

        $id = (string) self::text($input->getArgument('id'));
        $directory = self::text($input->getOption('directory'));
        $fetched = self::isRemote($input) ? $this->fetched($shop, $id, $directory, $input, $reporter) : BackupStore::get($shop, $id, $directory);
        try {
            $set = $fetched instanceof Fetched ? $fetched->set : $fetched;

            return Maintenance::during($shop, $isClosed, $reporter, fn (): Result => $this->restore($shop, $set, $input, $reporter));
        } finally {
            $fetched instanceof Fetched && $fetched->remove();
        }
    }

    /** One that is here, whole and the same, is not fetched. */
    private function fetched(Shop $shop, string $id, ?string $directory, InputInterface $input, Reporter $reporter): BackupSet|Fetched
    {
        $storage = self::storage($shop, $input, $reporter, false);
        $set = (new RemoteSets($storage, Key::read($shop)))->get($id);
        self::check($set);
        foreach (BackupStore::own($shop, $directory) as $here) {
            if ($here->id === $set->id && $here->knownProblem() === '' && $here->parts === $set->parts) {
                return $here;
            }
        }

        return Fetched::of($shop, $directory, $storage, $set, $this->parts($set, $input), $reporter);
    }

    private static function check(BackupSet $set): void
    {
        if ($set->state !== BackupSet::COMPLETE) {
            throw new Failure(ExitCode::BACKUP, $set->state, sprintf('Backup %s is %s: %s.', $set->id, $set->state, $set->problem), 'Choose another one: "migration:tool:backup:list".');
        }
    }

    private function restore(Shop $shop, BackupSet $set, InputInterface $input, Reporter $reporter): Result
    {
        self::check($set);
        if ($set->isAuthenticated() === false) {
            $reporter->warning('This backup was made before backup.json was authenticated: what it says was left out is believed.');
        }
        $wanted = Wanted::of($shop, self::text($input->getOption('path')));
        $to = self::text($input->getOption('to'));
        $parts = $this->parts($set, $input);
        $files = $to === null ? array_values(array_filter($parts, static fn (array $part): bool => $part['name'] !== Part::DB)) : $parts;
        $restored = [];
        if ($files !== []) {
            $restored = $to === null ? Restore::site($shop, $set, $files, $wanted, $reporter) : Restore::to($shop, $set, $files, $wanted, $to, $reporter);
        }
        foreach ($to === null ? $parts : [] as $part) {
            if ($part['name'] === Part::DB) {
                $started = microtime(true);
                $done = Database::run($shop, $set, $part, new RestoreOptions(self::text($input->getOption('defaults-file')), (bool) $input->getOption('keep-old')), $reporter);
                $restored[] = ['name' => $part['name'], 'path' => $part['path'], 'seconds' => round(microtime(true) - $started, 3)] + $done;
            }
        }

        return new Result(['id' => $set->id, 'to' => $to ?? $shop->root, 'parts' => $restored]);
    }

    /**
     * The given parts, or all; those not that the code holds when it is among them.
     *
     * @return list<PartData>
     */
    private function parts(BackupSet $set, InputInterface $input): array
    {
        $names = array_values(array_filter(Part::NAMES, static fn (string $name): bool => (bool) $input->getOption($name)));
        foreach ($names as $name) {
            if ($set->part($name) === null) {
                throw new Failure(ExitCode::BACKUP, 'no-part', sprintf('Backup %s has no part "%s".', $set->id, $name), 'It has: ' . implode(', ', array_column($set->parts, 'name')) . '.');
            }
        }
        $names = $names === [] ? array_diff(array_column($set->parts, 'name'), $input->getOption('path') === null ? [] : [Part::DB]) : $names;
        $names = in_array(Part::CODE, $names, true) ? array_diff($names, Part::IN_CODE) : $names;

        return array_values(array_filter($set->parts, static fn (array $part): bool => in_array($part['name'], $names, true)));
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{id: string, to: string, parts: list<array{name: string, files: int, bytes: int, needed_bytes?: int, free_bytes?: int, seconds: float, kept?: int, swapped?: list<string>, databases?: list<array{database: string, way: string, tables: int, kept: ?string}>}>} $data */
        $data = $result->data;
        foreach ($data['parts'] as $part) {
            Text::pair($output, $part['name'], sprintf('%s files, %s restored to %s in %.1f s', number_format($part['files']), Terminal::bytes($part['bytes']), $data['to'], $part['seconds']), 'info');
            if (isset($part['needed_bytes'], $part['free_bytes']) && $part['needed_bytes'] > 0 && $part['free_bytes'] > 0) {
                Text::pair($output, 'space', sprintf('%s needed, %s were free', Terminal::bytes($part['needed_bytes']), Terminal::bytes($part['free_bytes'])));
            }
            if (isset($part['swapped'], $part['kept'])) {
                Text::pair($output, 'left as it was', sprintf('%s files and directories', number_format($part['kept'])));
                Text::list($output, 'Swapped', Text::some($part['swapped']));
            }
            foreach ($part['databases'] ?? [] as $one) {
                $kept = $one['kept'] === null ? '' : sprintf(', what it was is in %s %s', $one['way'] === 'swapped' ? 'database' : 'backup', $one['kept']);
                Text::pair($output, $one['database'], sprintf('%d tables, %s%s', $one['tables'], $one['way'] === 'swapped' ? 'swapped in' : 'restored in place', $kept));
            }
        }
    }
}
