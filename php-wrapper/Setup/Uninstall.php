<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Setup;

use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\SchemaSetupInterface;
use Magento\Framework\Setup\UninstallInterface;

/** module:uninstall --remove-data: configuration and cron's list. Backups and saved customizations stay, as nobody can make them again. */
class Uninstall implements UninstallInterface
{
    public function uninstall(SchemaSetupInterface $setup, ModuleContextInterface $context): void
    {
        $connection = $setup->getConnection();
        $connection->delete($setup->getTable('core_config_data'), ['path LIKE ?' => 'lockstep/%']);
        $connection->delete($setup->getTable('cron_schedule'), ['job_code LIKE ?' => 'lockstep\_%']);
    }
}
