<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Controller\Adminhtml\Tool;

use Lockstep\MigrationTool\Model\Requests;
use Magento\Backend\App\Action;
use Magento\Framework\App\Action\HttpPostActionInterface;
use Magento\Framework\Controller\ResultFactory;
use Magento\Framework\Controller\ResultInterface;

/** Has cron run a job as soon as it can. Nothing is done within the request. */
class Request extends Action implements HttpPostActionInterface
{
    public const ADMIN_RESOURCE = 'Lockstep_MigrationTool::run';
    private const UPGRADE_RESOURCE = 'Lockstep_MigrationTool::upgrade';

    public function __construct(Action\Context $context, private readonly Requests $requests)
    {
        parent::__construct($context);
    }

    public function execute(): ResultInterface
    {
        $job = $this->getRequest()->getParam('job');
        try {
            if ($this->requests->ask(is_string($job) ? $job : '')) {
                $this->messageManager->addSuccessMessage((string) __('It is asked for: cron begins it within a minute or two.'));
            } else {
                $this->messageManager->addNoticeMessage((string) __('It is asked for already, and waits for cron.'));
            }
        } catch (\InvalidArgumentException) {
            $this->messageManager->addErrorMessage((string) __('There is no such job.'));
        }
        /** @var \Magento\Framework\Controller\Result\Redirect $redirect */
        $redirect = $this->resultFactory->create(ResultFactory::TYPE_REDIRECT);

        return $redirect->setPath('lockstep/tool/index');
    }

    protected function _isAllowed(): bool
    {
        return $this->_authorization->isAllowed($this->getRequest()->getParam('job') === 'upgrade' ? self::UPGRADE_RESOURCE : self::ADMIN_RESOURCE);
    }
}
