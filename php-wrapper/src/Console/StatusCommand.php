<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Status;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

class StatusCommand extends Command
{
    private const CHECK = 'check';

    protected function configure(): void
    {
        $this->setName('migration:tool:status')
            ->setDescription('Tells whether the Data Migration Tool fits this Magento, and what is to be done')
            ->addOption(self::CHECK, null, InputOption::VALUE_NONE, 'Exit with 2 when something is to be done (for monitoring and pipelines)')
            ->setHelp(<<<'HELP'
                Compares the installed Data Migration Tool with the release that this Magento needs, lists your
                customizations of the tool, the last backup and whatever waits for you. Nothing is changed.

                <info>--check</info> also saves the customizations in var/lockstep/customizations when they changed, so that
                they can be brought back after something else replaced the tool: an upgrade of Magento, a
                "composer install". They are then told as lost.

                The list of releases is asked from your Composer repositories at most once a day;
                <info>migration:tool:releases</info> asks anew.

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --check || echo "something is to be done"</info>
                  <info>%command.full_name% --format=json</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $check = (bool) $input->getOption(self::CHECK);
        $data = Status::of($shop, $reporter, $check);
        $lost = is_array($data['customizations']) && ($data['customizations']['lost'] ?? []) !== [];
        $todo = $data['match'] !== true || $lost || $data['followup'] !== [] || $data['recovery'] !== ['pending' => false];

        return new Result($data, $check && $todo ? ExitCode::ACTION_REQUIRED : ExitCode::DONE);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        StatusText::render($result->data, $output);
    }
}
