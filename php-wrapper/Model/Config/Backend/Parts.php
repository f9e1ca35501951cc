<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Lockstep\MigrationTool\Model\Config\Source\Parts as Source;
use Magento\Framework\App\Config\Value;
use Magento\Framework\Exception\LocalizedException;

/** The parts of a backup: at least one, and those that there are. */
class Parts extends Value
{
    public function beforeSave()
    {
        $value = $this->getValue();
        $chosen = array_diff(array_filter(is_array($value) ? $value : explode(',', is_string($value) ? $value : ''), 'is_string'), ['']);
        if ($chosen === [] || array_diff($chosen, Source::NAMES) !== []) {
            throw new LocalizedException(__('Choose what to back up: %1.', implode(', ', Source::NAMES)));
        }
        $this->setValue(implode(',', array_intersect(Source::NAMES, $chosen)));

        return parent::beforeSave();
    }
}
