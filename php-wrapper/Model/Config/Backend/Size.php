<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\Exception\LocalizedException;

/** A size as backup:prune --max-size takes it, or nothing. */
class Size extends Text
{
    public function beforeSave()
    {
        $size = strtoupper($this->text());
        if ($size !== '' && preg_match('/^[1-9]\d{0,9}[KMGT]$/', $size) !== 1) {
            throw new LocalizedException(__('"%1" is no size: write 500M or 20G, for instance.', $size));
        }
        $this->setValue($size);

        return parent::beforeSave();
    }
}
