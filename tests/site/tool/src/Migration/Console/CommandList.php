<?php

namespace Migration\Console;

use Magento\Framework\Console\CommandListInterface;
use Magento\Framework\ObjectManagerInterface;

class CommandList implements CommandListInterface
{
    private ObjectManagerInterface $objectManager;

    public function __construct(ObjectManagerInterface $objectManager)
    {
        $this->objectManager = $objectManager;
    }

    public function getCommands()
    {
        $commands = [];
        foreach ([MigrateSettingsCommand::class, MigrateDataCommand::class, MigrateDeltaCommand::class] as $class) {
            $commands[] = $this->objectManager->get($class);
        }

        return $commands;
    }
}
