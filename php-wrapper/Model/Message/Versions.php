<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Message;

/** Magento and the tool differ, or customizations were lost. */
class Versions extends Message
{
    protected function words(): string
    {
        $status = $this->overview->status();
        $text = static fn (mixed $of): string => is_array($of) && is_string($of['version'] ?? null) ? htmlspecialchars($of['version']) : '';
        $lost = is_array($status['customizations'] ?? null) && is_array($status['customizations']['lost'] ?? null) ? count($status['customizations']['lost']) : 0;
        if ($lost > 0) {
            return (string) __('%1 customized files of the Data Migration Tool were replaced; they are saved, and can be merged again.', $lost);
        }
        if (($status['match'] ?? null) !== false || !is_array($status['tool'] ?? null) || ($status['tool']['installed'] ?? false) !== true || $text($status['target'] ?? null) === '') {
            return '';
        }

        return (string) __('The Data Migration Tool %1 does not fit this Magento, which takes %2.', $text($status['tool']), $text($status['target']));
    }
}
