<?php

namespace Magento\Framework\Console;

use Magento\Framework\App\ObjectManager;
use Magento\Framework\Console\Command\CacheFlushCommand;
use Symfony\Component\Console\Application;

/** The console application: its own commands and those of every class that CommandLocator knows. */
class Cli extends Application
{
    public const RETURN_SUCCESS = 0;
    public const RETURN_FAILURE = 1;

    public function __construct(string $name = 'UNKNOWN')
    {
        parent::__construct($name, $this->version());
    }

    protected function getDefaultCommands(): array
    {
        $commands = array_merge(parent::getDefaultCommands(), [new CacheFlushCommand()]);
        $objectManager = ObjectManager::getInstance();
        foreach (CommandLocator::getCommands() as $class) {
            if (class_exists($class)) {
                $commands = array_merge($commands, $objectManager->create($class)->getCommands());
            }
        }

        return $commands;
    }

    private function version(): string
    {
        $lock = is_readable(BP . '/composer.lock') ? json_decode((string)file_get_contents(BP . '/composer.lock'), true) : [];
        foreach ($lock['packages'] ?? [] as $package) {
            if (preg_match('~^magento/product-.*-edition$~', $package['name'])) {
                return $package['version'];
            }
        }

        return 'UNKNOWN';
    }
}
