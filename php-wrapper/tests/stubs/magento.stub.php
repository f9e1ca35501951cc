<?php

/** What the module uses of Magento's own classes, for PHPStan alone: Magento is on no registry. */

declare(strict_types=1);

namespace Magento\Framework\App\Config {
    interface ScopeConfigInterface
    {
        public function getValue(string $path): mixed;

        public function isSetFlag(string $path): bool;
    }
}

namespace Magento\Framework\App\Filesystem {
    abstract class DirectoryList
    {
        abstract public function getRoot(): string;
    }
}

namespace Magento\Framework\Mail {
    interface TransportInterface
    {
        public function sendMessage(): void;
    }
}

namespace Magento\Framework\Mail\Template {
    abstract class TransportBuilder
    {
        abstract public function setTemplateIdentifier(string $identifier): static;

        /** @param array{area: string, store: int} $options */
        abstract public function setTemplateOptions(array $options): static;

        /** @param array<string, string> $variables */
        abstract public function setTemplateVars(array $variables): static;

        abstract public function setFromByScope(string $from, int $scope): static;

        abstract public function addTo(string $address): static;

        abstract public function getTransport(): \Magento\Framework\Mail\TransportInterface;
    }
}

namespace Magento\Backend\App\Area {
    interface FrontNameResolver
    {
        public const AREA_CODE = 'adminhtml';
    }
}

namespace Magento\Store\Model {
    interface Store
    {
        public const DEFAULT_STORE_ID = 0;
    }
}

namespace Psr\Log {
    interface LoggerInterface
    {
        public function error(string $message): void;
    }
}
