<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Message;

use Lockstep\MigrationTool\Model\Changed;
use Lockstep\MigrationTool\Model\Due;
use Lockstep\MigrationTool\Model\Overview;
use Lockstep\MigrationTool\Model\Settings;
use Magento\Framework\AuthorizationInterface;
use Magento\Framework\UrlInterface;

/** The last backup failed, or none was made when one was due. */
class Backup extends Message
{
    /** Seconds beyond a job's time limit: cron may be late. */
    private const GRACE = 3600;

    public function __construct(
        Overview $overview,
        UrlInterface $url,
        AuthorizationInterface $authorization,
        private readonly Settings $settings,
        private readonly Due $due,
        private readonly Changed $changed,
    ) {
        parent::__construct($overview, $url, $authorization);
    }

    protected function words(): string
    {
        $run = $this->overview->last('backup');
        if ($run !== null && $run->outcome()->isFailure()) {
            return (string) __('The last backup failed.');
        }
        if (!$this->settings->flag('backup/enabled') || $this->overview->taken() === '') {
            return '';
        }
        $due = $this->due->latest($this->settings->text('backup/schedule'), time() - self::GRACE - $this->settings->limit());

        if ($due === null || ($run !== null && strtotime($run->started) >= $due - 60) || $due < $this->changed->latest('backup/enabled', 'backup/schedule')) {
            return '';
        }

        return (string) __('A backup is overdue. Is Magento\'s cron running?');
    }
}
