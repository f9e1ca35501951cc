<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\Exception\LocalizedException;

/** The address of a storage, or nothing: then it is Amazon's. No user and password stand in it. */
class Endpoint extends Text
{
    public function beforeSave()
    {
        $endpoint = rtrim($this->text(), '/');
        if ($endpoint !== '' && preg_match('~^https?://[^/\s@]+(/[^\s@]*)?$~Di', $endpoint) !== 1) {
            throw new LocalizedException(__('"%1" is no address of a storage: write https://s3.example.com, for instance.', $endpoint));
        }
        $this->setValue($endpoint);

        return parent::beforeSave();
    }
}
