<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Extension;
use Symfony\Component\Console\Application as SymfonyApplication;
use Symfony\Component\Console\Exception\ExceptionInterface;
use Symfony\Component\Console\Input\InputDefinition;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/** vendor/bin/lockstep: the same commands without booting Magento. */
final class Application extends SymfonyApplication
{
    public function __construct()
    {
        parent::__construct('Lockstep', Extension::VERSION);
        $this->addCommands([...(new CommandList())->getCommands(), new SelfCheckCommand()]);
    }

    /** As Symfony's, but a command that is not there, or a wrong use of one, is told in JSON where JSON was asked for. */
    public function doRun(InputInterface $input, OutputInterface $output): int
    {
        try {
            return parent::doRun($input, $output);
        } catch (ExceptionInterface $e) {
            if ($input->getParameterOption('--' . Command::FORMAT, 'text', true) !== 'json') {
                throw $e;
            }
            $failure = Document::usage($e);
            Document::write(Document::ofFailure($failure), $output);

            return $failure->exitCode;
        }
    }

    protected function getDefaultInputDefinition(): InputDefinition
    {
        $definition = parent::getDefaultInputDefinition();
        $definition->addOption(new InputOption(Command::ROOT_DIR, null, InputOption::VALUE_REQUIRED, 'The Magento root (default: the nearest directory above that is one)'));

        return $definition;
    }
}
