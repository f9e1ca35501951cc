<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

class RecoverCommand extends Command
{
    protected function writes(): bool
    {
        return true;
    }

    protected function recoversItself(): bool
    {
        return true;
    }

    protected function configure(): void
    {
        $this->setName('migration:tool:recover')
            ->setDescription('Undoes an interrupted upgrade or restore')
            ->setHelp(<<<'HELP'
                After a crash, a kill or a power cut in the middle of an upgrade or a restore, brings the site to
                exactly the state before it; a restore of the database whose tables are in place already is
                finished instead, as the shop may have written to them. Every other command that writes does this first by itself.
                When bin/magento does not start any more, <info>vendor/bin/lockstep-recover</info> does the same with
                nothing but PHP and the extension.

                  <info>%command.full_name%</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        return new Result(['outcome' => Recovery::run($shop, $reporter), 'recovery' => ['pending' => false]]);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        $output->writeln(match ($result->data['outcome']) {
            'undone' => '<info>The interrupted run was undone: the site is as before.</info>',
            'finished' => '<info>The interrupted restore of the database was finished.</info>',
            default => 'Nothing had been interrupted.',
        });
    }
}
