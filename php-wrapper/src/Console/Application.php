<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Extension;
use Symfony\Component\Console\Application as SymfonyApplication;
use Symfony\Component\Console\Input\InputDefinition;
use Symfony\Component\Console\Input\InputOption;

/** vendor/bin/lockstep: the same commands without booting Magento. */
final class Application extends SymfonyApplication
{
    public function __construct()
    {
        parent::__construct('Lockstep', Extension::VERSION);
        $this->addCommands([...(new CommandList())->getCommands(), new SelfCheckCommand()]);
    }

    protected function getDefaultInputDefinition(): InputDefinition
    {
        $definition = parent::getDefaultInputDefinition();
        $definition->addOption(new InputOption(Command::ROOT_DIR, null, InputOption::VALUE_REQUIRED, 'The Magento root (default: the nearest directory above that is one)'));

        return $definition;
    }
}
