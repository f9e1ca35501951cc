<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\Exception\LocalizedException;

/** Addresses for mails, or none: one that cannot be sent to would be found out when a job failed, which is too late. */
class Recipients extends Text
{
    public function beforeSave()
    {
        $all = preg_split('/[\s,;]+/', $this->text(), -1, PREG_SPLIT_NO_EMPTY) ?: [];
        foreach ($all as $one) {
            if (filter_var($one, FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE) === false) {
                throw new LocalizedException(__('"%1" is no address for mails.', $one));
            }
        }
        $this->setValue(implode(', ', $all));

        return parent::beforeSave();
    }
}
