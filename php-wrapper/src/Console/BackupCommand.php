<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupOptions;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Maintenance;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class BackupCommand extends Command
{
    protected function writes(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:backup')
            ->setDescription('Backs up the Data Migration Tool, the code of the shop, its media or its database')
            ->addOption(Part::TOOL, null, InputOption::VALUE_NONE, 'The tool\'s directory, with your customizations (the default)')
            ->addOption(Part::CODE, null, InputOption::VALUE_NONE, 'All code: everything but .git, generated, pub/media, pub/static and var')
            ->addOption(Part::MODULES, null, InputOption::VALUE_NONE, 'app/code, your own modules (--code holds them, too)')
            ->addOption(Part::MEDIA, null, InputOption::VALUE_NONE, 'pub/media, but for what Magento makes anew (catalog/product/cache, tmp); where it is a symlink, what that leads to')
            ->addOption(Part::DB, null, InputOption::VALUE_NONE, 'The database, or all of them (split databases), with triggers, routines, events and views')
            ->addOption('strip', null, InputOption::VALUE_REQUIRED, 'Leave out the data of these tables, keep their structure: names, wildcards, groups as in n98-magerun2 (@log, @sessions, @stripped, @development, …)')
            ->addOption('defaults-file', null, InputOption::VALUE_REQUIRED, 'Option file with the connection to the database, instead of app/etc/env.php')
            ->addOption('maintenance', null, InputOption::VALUE_NONE, 'With the database: put the site in maintenance mode for the time of the backup, and leave the mode as it was found')
            ->addOption('all', null, InputOption::VALUE_NONE, 'All parts that there are')
            ->addOption('exclude', null, InputOption::VALUE_REQUIRED | InputOption::VALUE_IS_ARRAY, 'Leave out what this pattern matches, as in .gitignore; may be given again')
            ->addOption('cross-mounts', null, InputOption::VALUE_NONE, 'Back up what is mounted in the shop, too')
            ->addOption('level', null, InputOption::VALUE_REQUIRED, 'zstd level, 1 to 19', '3')
            ->addOption('full', null, InputOption::VALUE_NONE, 'Compress everything anew instead of copying what did not change from the last backup')
            ->addOption('threads', null, InputOption::VALUE_REQUIRED, 'Threads that read and compress; 0 for one a CPU', '0')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->setHelp(<<<'HELP'
                Writes a backup set: one archive a part and a backup.json. The archives are ordinary .tar.zst files
                ("tar --zstd -tf" reads them) with the SHA-256 of every file inside, made on all cores. The site
                stays open meanwhile. Every archive stands alone; what did not change is copied from the last one.

                Patterns are those of .gitignore, from the Magento root: "*.log" at any depth, "/dev" in the root alone,
                "node_modules/" directories, "pub/**/*.zip". What a backup left out, a restore leaves as it is.

                The database is dumped by mariadb-dump or mysqldump in one snapshot, the shop stays open. Its password is
                handed over by a descriptor: it stands in no argument, environment or file. What does not end as a
                whole dump ends, is no backup.

                The first backup makes a key, var/lockstep/key, that proves archives genuine: keep a copy elsewhere.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --tool --code</info>
                  <info>%command.full_name% --all --exclude='*.log' --exclude=node_modules/</info>
                  <info>%command.full_name% --db --strip=@stripped,my_log_*</info>
                  <info>%command.full_name% --code --level=9 --directory=/backup/shop</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $options = new BackupOptions(
            $this->parts($shop, $input),
            self::text($input->getOption('directory')),
            self::number($input->getOption('level'), 'level', 1, 19),
            self::number($input->getOption('threads'), 'threads', 0, 256),
            self::texts($input->getOption('exclude')),
            (bool) $input->getOption('full'),
            (bool) $input->getOption('cross-mounts'),
            self::text($input->getOption('strip')) ?? '',
            self::text($input->getOption('defaults-file')),
        );
        $isClosed = (bool) $input->getOption('maintenance');
        if ($isClosed && !in_array(Part::DB, $options->parts, true)) {
            throw Failure::preflight('option', '--maintenance is for backups of the database: files need none.', 'Leave it out, or add --db.');
        }

        return new Result(Maintenance::during($shop, $isClosed, $reporter, static fn (): array => BackupStore::create($shop, $options, $reporter)));
    }

    /** @return list<string> */
    private function parts(Shop $shop, InputInterface $input): array
    {
        if ($input->getOption('all')) {
            $parts = array_values(array_filter(Part::NAMES, static fn (string $name): bool => $name !== Part::MODULES && Part::isIn($shop, $name)));
        } else {
            $parts = array_values(array_filter(Part::NAMES, static fn (string $name): bool => (bool) $input->getOption($name))) ?: [Part::TOOL];
        }
        foreach (array_diff($parts, [Part::DB]) as $name) {
            $path = $shop->path(Part::of($name, $shop)->path);
            if (!Part::isIn($shop, $name)) {
                throw Failure::preflight('no-' . $name, sprintf('There is no "%s": there is nothing to back up.', $path), 'Use --code to back up the code of the shop.');
            }
            if (is_link($path)) {
                throw Failure::preflight($name . '-link', sprintf('"%s" is a symlink: a backup would hold the link alone.', $path), sprintf('Back up the directory that it leads to ("%s") by itself.', (string) realpath($path)));
            }
        }

        return $parts;
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{id: string, path: string, parts: list<array{name: string, files: int, bytes: int, stored_bytes: int, frames: int, frames_reused: int, seconds: float}>} $data */
        $data = $result->data;
        Text::pair($output, 'Backup', $data['id'], 'info');
        Text::pair($output, 'Path', $data['path']);
        BackupText::parts($data['parts'], $output);
    }
}
