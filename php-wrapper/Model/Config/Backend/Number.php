<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\Exception\LocalizedException;

/** A whole number in the range that the field's own class of etc/adminhtml/system.xml tells browsers: digits-range-1-9999. */
class Number extends Text
{
    public function beforeSave()
    {
        $number = $this->text();
        $classes = $this->getData('field_config/validate');
        [$least, $most] = preg_match('/\bdigits-range-(\d+)-(\d+)\b/', is_string($classes) ? $classes : '', $range) === 1 ? [(int) $range[1], (int) $range[2]] : [0, 9999];
        if (preg_match('/^\d{1,9}$/D', $number) !== 1 || (int) $number < $least || (int) $number > $most) {
            throw new LocalizedException(__('"%1" is no number from %2 to %3.', $number, $least, $most));
        }
        $this->setValue((string) (int) $number);

        return parent::beforeSave();
    }
}
