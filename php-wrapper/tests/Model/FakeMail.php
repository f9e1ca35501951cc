<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Magento\Framework\Mail\Template\TransportBuilder;
use Magento\Framework\Mail\TransportInterface;

require_once __DIR__ . '/../stubs/magento.stub.php';

/** A fake of Magento's mails, which keeps what it would send, or fails. */
final class FakeMail extends TransportBuilder implements TransportInterface
{
    /** @var list<array<string, string|list<string>>> */
    public array $sent = [];
    /** @var array<string, string> */
    private array $variables = [];
    /** @var list<string> */
    private array $to = [];

    public function __construct(private readonly ?\Throwable $failure = null)
    {
    }

    public function setTemplateIdentifier(string $identifier): static
    {
        return $this;
    }

    public function setTemplateOptions(array $options): static
    {
        return $this;
    }

    public function setTemplateVars(array $variables): static
    {
        $this->variables = $variables;

        return $this;
    }

    public function setFromByScope(string $from, int $scope): static
    {
        return $this;
    }

    public function addTo(string $address): static
    {
        $this->to[] = $address;

        return $this;
    }

    public function getTransport(): TransportInterface
    {
        return $this;
    }

    public function sendMessage(): void
    {
        if ($this->failure !== null) {
            throw $this->failure;
        }
        $this->sent[] = $this->variables + ['to' => $this->to];
        $this->to = [];
    }
}
