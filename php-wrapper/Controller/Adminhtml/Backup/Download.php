<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Controller\Adminhtml\Backup;

use Lockstep\MigrationTool\Model\DownloadFactory;
use Lockstep\MigrationTool\Model\Downloads;
use Magento\Backend\App\Action;
use Magento\Framework\App\Action\HttpPostActionInterface;
use Magento\Framework\Controller\ResultFactory;
use Magento\Framework\Controller\ResultInterface;
use Magento\Framework\Exception\AuthenticationException;
use Magento\Framework\Exception\LocalizedException;
use Magento\Framework\Exception\NotFoundException;
use Magento\Framework\Exception\State\UserLockedException;
use Psr\Log\LoggerInterface;

/** Gives a part of a backup to who is allowed to have it and knows the password. */
class Download extends Action implements HttpPostActionInterface
{
    public const ADMIN_RESOURCE = 'Lockstep_MigrationTool::download';

    public function __construct(
        Action\Context $context,
        private readonly Downloads $downloads,
        private readonly DownloadFactory $results,
        private readonly LoggerInterface $logger,
    ) {
        parent::__construct($context);
    }

    /** @throws NotFoundException */
    public function execute(): ResultInterface
    {
        $request = $this->getRequest();
        $found = $this->downloads->find($request->getParam('id'), $request->getParam('part'));
        $password = $request->getParam('current_password');
        try {
            $user = $this->_auth->getUser();
            if ($user === null) {
                throw new AuthenticationException(__('Sign in first.'));
            }
            $user->performIdentityCheck(is_string($password) ? $password : '');
            if (!is_readable($found['path'])) {
                throw new LocalizedException(__('The web server\'s user may not read it. Copy it as the Magento file system owner: %1', $found['path']));
            }
            $this->logger->notice(sprintf('Lockstep: "%s" downloads %s of backup %s.', $user->getUserName(), $found['name'], $found['id']));

            $this->_session->writeClose(); // or each other page of this administrator would wait for the last byte

            return $this->results->create(['path' => $found['path'], 'name' => $found['id'] . '-' . $found['name']]);
        } catch (UserLockedException $e) {
            $this->_auth->logout();
            $this->messageManager->addErrorMessage($e->getMessage());
        } catch (LocalizedException $e) {
            $this->messageManager->addErrorMessage($e->getMessage());
        }
        /** @var \Magento\Framework\Controller\Result\Redirect $redirect */
        $redirect = $this->resultFactory->create(ResultFactory::TYPE_REDIRECT);

        return $redirect->setPath('lockstep/backup/confirm', ['id' => $found['id'], 'part' => $found['part']]);
    }
}
