<?php

/*
 * Gives the commands to bin/magento: they are there without env.php and before the module is enabled.
 */

declare(strict_types=1);

use Lockstep\MigrationTool\Console\CommandList;
use Magento\Framework\Console\CommandLocator;

if (PHP_SAPI === 'cli' && class_exists(CommandLocator::class)) {
    CommandLocator::register(CommandList::class);
}
