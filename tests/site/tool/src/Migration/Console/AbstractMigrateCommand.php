<?php

namespace Migration\Console;

use Migration\Config;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/** A fake: reads the configuration and names the steps that the real tool would run. */
abstract class AbstractMigrateCommand extends Command
{
    abstract protected function mode(): string;

    protected function configure(): void
    {
        $this->setName('migrate:' . $this->mode())
            ->setDescription('Migrates ' . $this->mode() . ' (a fake of release __VERSION__)')
            ->addArgument('config', InputArgument::REQUIRED, 'Path to the main configuration file, config.xml');
    }

    protected function execute(InputInterface $input, OutputInterface $output): int
    {
        $config = new Config((string)$input->getArgument('config'));
        foreach ($config->steps($this->mode()) as $title => $classes) {
            foreach ($classes as $kind => $class) {
                $output->writeln(sprintf('[fake] [%s] [%s] %s', $title, $kind, (new $class())->perform()));
            }
        }

        return 0;
    }
}
