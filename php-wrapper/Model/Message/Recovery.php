<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Message;

/** A run was interrupted, and what it left waits for the next command. */
class Recovery extends Message
{
    protected function words(): string
    {
        $recovery = $this->overview->status()['recovery'] ?? null;

        return is_array($recovery) && ($recovery['pending'] ?? false) === true
            ? (string) __('An upgrade or a restore was interrupted. Run bin/magento migration:tool:recover as the Magento file system owner.')
            : '';
    }

    public function getSeverity(): int
    {
        return self::SEVERITY_CRITICAL;
    }
}
