<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Target;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

class ReleasesCommand extends Command
{
    protected function configure(): void
    {
        $this->setName('migration:tool:releases')
            ->setDescription('Lists the released versions of the Data Migration Tool and tells which one fits')
            ->setHelp(<<<'HELP'
                Asks the Composer repositories of this shop, with its credentials, which versions of the Data
                Migration Tool are released, and tells which of them this Magento needs and by which rule:

                  <comment>exact</comment>          the same version as Magento
                  <comment>hotfix</comment>         a later fix of that version: Magento 2.4.6 takes 2.4.6.1
                  <comment>patch-release</comment>  Magento 2.4.5-p3 takes what 2.4.5 takes
                  <comment>nearest</comment>        the nearest lower release of the same minor; only with upgrade --nearest
                  <comment>none</comment>           nothing fits

                  <info>%command.full_name%</info>
                  <info>%command.full_name% --format=json</info>
                HELP);
        $this->common();
    }

    protected function perform(Shop $shop, InputInterface $input, Reporter $reporter): Result
    {
        $releases = Releases::find($shop, $reporter, 0);
        $installed = $shop->installed();
        $target = Target::of($shop, $releases);

        return new Result([
            'magento' => $installed->magento(),
            'tool' => ['installed' => $installed->hasTool(), 'version' => $installed->toolVersion()],
            'releases' => $releases,
            'target' => $target,
        ]);
    }

    protected function render(Result $result, OutputInterface $output): void
    {
        /** @var array{magento: array{version: string}, tool: array{installed: bool, version: string}, releases: list<string>, target: array{version: string, rule: string, candidate: string, reason: string}} $data */
        $data = $result->data;
        foreach ($data['releases'] as $release) {
            $marks = array_filter([
                $data['tool']['installed'] && $release === $data['tool']['version'] ? 'installed' : '',
                $release === $data['target']['version'] ? 'fits Magento ' . $data['magento']['version'] : '',
            ]);
            $text = Text::escape($release) . ($marks === [] ? '' : '  <- ' . Text::escape(implode(', ', $marks)));
            $output->writeln($release === $data['target']['version'] ? "<info>$text</info>" : $text);
        }
        Text::pair($output, 'Rule', $data['target']['rule']);
        Text::pair($output, 'Reason', $data['target']['reason']);
    }
}
