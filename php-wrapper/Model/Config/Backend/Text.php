<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Config\Backend;

use Magento\Framework\App\Config\Value;

/** A stored value that is text. */
abstract class Text extends Value
{
    /** What is to be stored, without white space around it. */
    protected function text(): string
    {
        $value = $this->getValue();

        return is_scalar($value) ? trim((string) $value) : '';
    }
}
