<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Backup\Part;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class BackupCommand extends Command
{
    protected function writes(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:backup')
            ->setDescription('Backs up the Data Migration Tool, or the whole code of the shop')
            ->addOption(Part::TOOL, null, InputOption::VALUE_NONE, 'The tool\'s directory, with your customizations (the default)')
            ->addOption(Part::CODE, null, InputOption::VALUE_NONE, 'All code: everything but .git, generated, pub/media, pub/static and var')
            ->addOption('level', null, InputOption::VALUE_REQUIRED, 'zstd level, 1 to 19', '3')
            ->addOption('full', null, InputOption::VALUE_NONE, 'Compress everything anew instead of copying what did not change from the last backup')
            ->addOption('threads', null, InputOption::VALUE_REQUIRED, 'Threads that read and compress; 0 for one a CPU', '0')
            ->addOption('directory', null, InputOption::VALUE_REQUIRED, 'Where the backup sets are (default: var/lockstep/backups)')
            ->setHelp(<<<'HELP'
                Writes a backup set: one archive a part and a backup.json. The archives are ordinary .tar.zst files
                ("tar --zstd -tf" reads them) with the SHA-256 of every file inside, made on all cores. The site
                stays open meanwhile. Every archive stands alone; what did not change is copied from the last one.

                The first backup makes a key, var/lockstep/key, that proves archives genuine: keep a copy elsewhere.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --tool --code</info>
                  <info>%command.full_name% --code --level=9 --directory=/backup/shop</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $parts = array_values(array_filter(Part::NAMES, static fn (string $name): bool => (bool) $input->getOption($name))) ?: [Part::TOOL];
        if (in_array(Part::TOOL, $parts, true) && !is_dir($shop->path($shop->toolPath()))) {
            throw Failure::preflight('no-tool', 'The Data Migration Tool is not installed in "' . $shop->root . '": there is nothing to back up.', 'Use --code to back up the code of the shop.');
        }

        if (in_array(Part::TOOL, $parts, true) && is_link($shop->path($shop->toolPath()))) {
            throw Failure::preflight('tool-link', sprintf('"%s" is a symlink (a path repository?): a backup would hold the link alone.', $shop->path($shop->toolPath())), 'Back up the directory that it leads to.');
        }

        return new Result(BackupStore::create(
            $shop,
            $parts,
            $reporter,
            self::text($input->getOption('directory')),
            self::number($input->getOption('level'), 'level', 1, 19),
            self::number($input->getOption('threads'), 'threads', 0, 256),
            full: (bool) $input->getOption('full'),
        ));
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
