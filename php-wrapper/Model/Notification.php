<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Run;
use Magento\Backend\App\Area\FrontNameResolver;
use Magento\Framework\Mail\Template\TransportBuilder;
use Magento\Store\Model\Store;
use Psr\Log\LoggerInterface;

/** Tells a failed run by mail to the recipients that an administrator stored; without any, to nobody. */
class Notification
{
    public function __construct(
        private readonly Settings $settings,
        private readonly TransportBuilder $transport,
        private readonly LoggerInterface $logger,
    ) {
    }

    /** A mail that cannot be sent is logged: the run itself is over, and its record stands. */
    public function failed(Run $run): void
    {
        $recipients = $this->settings->texts('notify/recipients');
        if ($recipients === []) {
            return;
        }
        try {
            $this->transport
                ->setTemplateIdentifier($this->settings->text('notify/template'))
                ->setTemplateOptions(['area' => FrontNameResolver::AREA_CODE, 'store' => Store::DEFAULT_STORE_ID])
                ->setTemplateVars([
                    'job' => $run->job,
                    'outcome' => $run->outcome()->value,
                    'node' => $run->process->node,
                    'started' => $run->started,
                    'ended' => $run->ended ?? '',
                    'exit_code' => (string) $run->exitCode,
                    'message' => $run->message,
                    'id' => $run->id,
                ])
                ->setFromByScope($this->settings->text('notify/sender'), Store::DEFAULT_STORE_ID);
            foreach ($recipients as $recipient) {
                $this->transport->addTo($recipient);
            }
            $this->transport->getTransport()->sendMessage();
        } catch (\Throwable $e) {
            $this->logger->error(sprintf('Lockstep: the mail about run %s was not sent: %s', $run->id, $e->getMessage()));
        }
    }
}
