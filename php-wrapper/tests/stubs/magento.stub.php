<?php

/** What the module uses of Magento's own classes, for PHPStan alone: Magento is on no registry. */

declare(strict_types=1);

namespace {
    function __(string $text, string|int ...$arguments): \Magento\Framework\Phrase
    {
        return new \Magento\Framework\Phrase($text);
    }
}

namespace Magento\Framework {
    interface Registry
    {
    }

    class Phrase
    {
        public function __construct(string $text)
        {
        }
    }
}

namespace Magento\Framework\Exception {
    class LocalizedException extends \Exception
    {
        public function __construct(\Magento\Framework\Phrase $phrase)
        {
        }
    }
}

namespace Magento\Framework\Model {
    interface Context
    {
    }
}

namespace Magento\Framework\Model\ResourceModel {
    interface AbstractResource
    {
    }
}

namespace Magento\Framework\Data {
    interface OptionSourceInterface
    {
        /** @return list<array{value: string, label: \Magento\Framework\Phrase}> */
        public function toOptionArray();
    }
}

namespace Magento\Framework\Data\Collection {
    interface AbstractDb
    {
    }
}

namespace Magento\Framework\App\Cache {
    interface TypeListInterface
    {
    }
}

namespace Magento\Cron\Model {
    abstract class Schedule
    {
        abstract public function setCronExpr(string $expression): static;

        abstract public function matchCronExpression(string $expression, int $number): bool;
    }

    abstract class ScheduleFactory
    {
        abstract public function create(): Schedule;
    }
}

namespace Magento\Framework\App\Config {
    class Value
    {
        /** @param array<string, mixed> $data */
        public function __construct(
            \Magento\Framework\Model\Context $context,
            \Magento\Framework\Registry $registry,
            ScopeConfigInterface $config,
            \Magento\Framework\App\Cache\TypeListInterface $cacheTypeList,
            ?\Magento\Framework\Model\ResourceModel\AbstractResource $resource = null,
            ?\Magento\Framework\Data\Collection\AbstractDb $resourceCollection = null,
            array $data = [],
        ) {
        }

        public function getValue(): mixed
        {
            return null;
        }

        public function setValue(string $value): void
        {
        }

        /** @return $this */
        public function beforeSave()
        {
            return $this;
        }
    }

    interface ScopeConfigInterface
    {
        public function getValue(string $path): mixed;

        public function isSetFlag(string $path): bool;
    }
}

namespace Magento\Framework\App\Filesystem {
    abstract class DirectoryList
    {
        public const PUB = 'pub';

        abstract public function getRoot(): string;

        abstract public function getPath(string $code): string;
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

namespace Magento\Framework\DB\Adapter {
    interface AdapterInterface
    {
        /** @param array<string, string> $where */
        public function delete(string $table, array $where): int;
    }
}

namespace Magento\Framework\Setup {
    interface SetupInterface
    {
        public function getConnection(): \Magento\Framework\DB\Adapter\AdapterInterface;

        public function getTable(string $name): string;
    }

    interface SchemaSetupInterface extends SetupInterface
    {
    }

    interface ModuleDataSetupInterface extends SetupInterface
    {
    }

    interface ModuleContextInterface
    {
    }

    interface InstallSchemaInterface
    {
        /** @return void */
        public function install(SchemaSetupInterface $setup, ModuleContextInterface $context);
    }

    interface InstallDataInterface
    {
        /** @return void */
        public function install(ModuleDataSetupInterface $setup, ModuleContextInterface $context);
    }

    interface UninstallInterface
    {
        /** @return void */
        public function uninstall(SchemaSetupInterface $setup, ModuleContextInterface $context);
    }
}
