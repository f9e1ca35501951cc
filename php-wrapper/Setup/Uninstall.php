<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Setup;

use Lockstep\MigrationTool\Runs\RunStore;
use Magento\Framework\App\Filesystem\DirectoryList;
use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\SchemaSetupInterface;
use Magento\Framework\Setup\UninstallInterface;

/**
 * module:uninstall --remove-data: configuration, rights, cron's list, and what is kept of runs. Backups and saved
 * customizations stay, as nobody can make them again.
 */
class Uninstall implements UninstallInterface
{
    private const ROWS = [
        'core_config_data' => ['path LIKE ?' => 'lockstep/%'],
        'cron_schedule' => ['job_code LIKE ?' => 'lockstep\_%'],
        'flag' => ['flag_code LIKE ?' => 'lockstep\_%'],
        'authorization_rule' => ['resource_id LIKE ?' => 'Lockstep\_MigrationTool::%'],
    ];

    public function __construct(private readonly DirectoryList $directories)
    {
    }

    public function uninstall(SchemaSetupInterface $setup, ModuleContextInterface $context): void
    {
        foreach (self::ROWS as $table => $which) {
            $setup->getConnection()->delete($setup->getTable($table), $which);
        }
        (new RunStore($this->directories->getRoot()))->remove();
    }
}
