<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Lockstep\MigrationTool\Database\StripGroups;
use Magento\Framework\Exception\LocalizedException;

/** Tables whose data a backup leaves out: names, wildcards and groups that there are. */
class Strip extends Text
{
    public function beforeSave()
    {
        $all = preg_split('/[\s,]+/', $this->text(), -1, PREG_SPLIT_NO_EMPTY) ?: [];
        foreach ($all as $one) {
            if ($one[0] === '@' ? !in_array($one, StripGroups::names(), true) : preg_match('/^[\w$*?]+$/D', $one) !== 1) {
                throw new LocalizedException(__('"%1" is no table and no group. The groups are %2.', $one, implode(', ', StripGroups::names())));
            }
        }
        $this->setValue(implode(',', $all));

        return parent::beforeSave();
    }
}
