<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Source;

use Magento\Framework\Data\OptionSourceInterface;

/** The parts of a shop that a backup may hold. */
class Parts implements OptionSourceInterface
{
    public const NAMES = ['tool', 'code', 'db', 'media'];

    public function toOptionArray(): array
    {
        return [
            ['value' => 'tool', 'label' => __('Data Migration Tool')],
            ['value' => 'code', 'label' => __('Code')],
            ['value' => 'db', 'label' => __('Database')],
            ['value' => 'media', 'label' => __('Media')],
        ];
    }
}
