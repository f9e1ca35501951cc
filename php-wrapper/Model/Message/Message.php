<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model\Message;

use Lockstep\MigrationTool\Model\Overview;
use Magento\Framework\AuthorizationInterface;
use Magento\Framework\Notification\MessageInterface;
use Magento\Framework\UrlInterface;

/** A line above the admin's pages, for who may see the tool's page. */
abstract class Message implements MessageInterface
{
    private ?string $told = null;

    public function __construct(
        protected readonly Overview $overview,
        private readonly UrlInterface $url,
        private readonly AuthorizationInterface $authorization,
    ) {
    }

    /** What is wrong, as HTML; empty: nothing. */
    abstract protected function words(): string;

    public function getIdentity(): string
    {
        return hash('sha256', static::class . $this->told());
    }

    public function isDisplayed(): bool
    {
        return $this->authorization->isAllowed('Lockstep_MigrationTool::view') && $this->told() !== '';
    }

    public function getText(): string
    {
        return sprintf('%s <a href="%s">%s</a>', $this->told(), htmlspecialchars($this->url->getUrl('lockstep/tool/index')), (string) __('See the Data Migration Tool'));
    }

    private function told(): string
    {
        return $this->told ??= $this->words();
    }

    public function getSeverity(): int
    {
        return self::SEVERITY_MAJOR;
    }
}
