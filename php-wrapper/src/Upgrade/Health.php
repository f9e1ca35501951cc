<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

/** What works in the live site at one moment. */
final class Health
{
    public function __construct(
        public readonly bool $autoload,
        public readonly bool $magento,
        public readonly bool $migrate,
        public readonly string $autoloadError = '',
        public readonly string $magentoError = '',
    ) {
    }

    /** What worked before and works no more, as a sentence; null when nothing was lost. */
    public function lostSince(self $before): ?string
    {
        return match (true) {
            $before->autoload && !$this->autoload => 'The autoloader does not load any more: ' . $this->autoloadError,
            $before->magento && !$this->magento => 'bin/magento does not start any more: ' . $this->magentoError,
            $before->migrate && !$this->migrate => 'bin/magento lists no migrate:* command any more.',
            default => null,
        };
    }
}
