<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Controller\Adminhtml\Tool;

use Magento\Backend\App\Action;
use Magento\Framework\App\Action\HttpGetActionInterface;
use Magento\Framework\Controller\ResultFactory;
use Magento\Framework\Controller\ResultInterface;

/** The page "Data Migration Tool". */
class Index extends Action implements HttpGetActionInterface
{
    public const ADMIN_RESOURCE = 'Lockstep_MigrationTool::view';

    public function execute(): ResultInterface
    {
        /** @var \Magento\Backend\Model\View\Result\Page $page */
        $page = $this->resultFactory->create(ResultFactory::TYPE_PAGE);
        $page->setActiveMenu('Lockstep_MigrationTool::tool');
        $page->getConfig()->getTitle()->prepend((string) __('Data Migration Tool'));

        return $page;
    }
}
