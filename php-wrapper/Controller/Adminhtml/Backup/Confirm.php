<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Controller\Adminhtml\Backup;

use Lockstep\MigrationTool\Model\Downloads;
use Magento\Backend\App\Action;
use Magento\Framework\App\Action\HttpGetActionInterface;
use Magento\Framework\Controller\ResultFactory;
use Magento\Framework\Controller\ResultInterface;
use Magento\Framework\Exception\NotFoundException;

/** Asks for the password again before a backup is given away. */
class Confirm extends Action implements HttpGetActionInterface
{
    public const ADMIN_RESOURCE = 'Lockstep_MigrationTool::download';

    public function __construct(Action\Context $context, private readonly Downloads $downloads)
    {
        parent::__construct($context);
    }

    /** @throws NotFoundException */
    public function execute(): ResultInterface
    {
        $request = $this->getRequest();
        $this->downloads->find($request->getParam('id'), $request->getParam('part'));
        /** @var \Magento\Backend\Model\View\Result\Page $page */
        $page = $this->resultFactory->create(ResultFactory::TYPE_PAGE);
        $page->setActiveMenu('Lockstep_MigrationTool::tool');
        $page->getConfig()->getTitle()->prepend((string) __('Download a Backup'));

        return $page;
    }
}
