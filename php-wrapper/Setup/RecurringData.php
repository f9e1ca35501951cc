<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Setup;

use Lockstep\MigrationTool\Model\Config\Source\SetupUpgradeMode;
use Lockstep\MigrationTool\Model\Settings;
use Lockstep\MigrationTool\Model\SetupUpgrade;
use Magento\Framework\Setup\InstallDataInterface;
use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\ModuleDataSetupInterface;

/** Once all schemas stand, has the tool upgraded when setup:upgrade has ended: not when a schema failed. */
class RecurringData implements InstallDataInterface
{
    public function __construct(
        private readonly Settings $settings,
        private readonly SetupUpgrade $upgrade,
    ) {
    }

    public function install(ModuleDataSetupInterface $setup, ModuleContextInterface $context): void
    {
        if ($this->settings->text('setup_upgrade/mode') === SetupUpgradeMode::UPGRADE) {
            register_shutdown_function($this->upgrade->upgrade(...));
        }
    }
}
