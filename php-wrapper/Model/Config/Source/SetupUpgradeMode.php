<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Source;

use Magento\Framework\Data\OptionSourceInterface;

/** What setup:upgrade does when Magento and the tool differ. */
class SetupUpgradeMode implements OptionSourceInterface
{
    public const OFF = 'off';
    public const NOTICE = 'notice';
    public const UPGRADE = 'upgrade';

    public function toOptionArray(): array
    {
        return [
            ['value' => self::OFF, 'label' => __('Nothing')],
            ['value' => self::NOTICE, 'label' => __('Tell the command to run')],
            ['value' => self::UPGRADE, 'label' => __('Upgrade the tool afterwards')],
        ];
    }
}
