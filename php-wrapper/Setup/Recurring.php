<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Setup;

use Lockstep\MigrationTool\Model\Config\Source\SetupUpgradeMode;
use Lockstep\MigrationTool\Model\Settings;
use Lockstep\MigrationTool\Model\SetupUpgrade;
use Magento\Framework\Setup\InstallSchemaInterface;
use Magento\Framework\Setup\ModuleContextInterface;
use Magento\Framework\Setup\SchemaSetupInterface;

/** At each setup:upgrade: saves what was customized, and tells when the tool does not fit Magento. */
class Recurring implements InstallSchemaInterface
{
    public function __construct(
        private readonly Settings $settings,
        private readonly SetupUpgrade $upgrade,
    ) {
    }

    public function install(SchemaSetupInterface $setup, ModuleContextInterface $context): void
    {
        $mode = $this->settings->text('setup_upgrade/mode');
        if ($mode !== SetupUpgradeMode::OFF) {
            $this->upgrade->check($mode === SetupUpgradeMode::UPGRADE);
        }
    }
}
