<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\Exception\LocalizedException;

/** The name of a bucket, or nothing. */
class Bucket extends Text
{
    public function beforeSave()
    {
        $bucket = $this->text();
        if ($bucket !== '' && preg_match('/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/D', $bucket) !== 1) {
            throw new LocalizedException(__('"%1" is no name of a bucket: give the name alone, without s3:// and slashes.', $bucket));
        }
        $this->setValue($bucket);

        return parent::beforeSave();
    }
}
