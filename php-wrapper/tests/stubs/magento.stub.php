<?php

/** What the module uses of Magento's own classes, for PHPStan, and for the fakes of the tests: Magento is on no registry. */

declare(strict_types=1);

namespace {
    function __(string $text, string|int ...$arguments): \Magento\Framework\Phrase
    {
        return new \Magento\Framework\Phrase($text, $arguments);
    }
}

namespace Magento\Framework {
    interface Registry
    {
    }

    class Phrase implements \Stringable
    {
        /** @param array<int|string, string|int> $arguments */
        public function __construct(private readonly string $text, private readonly array $arguments = [])
        {
        }

        public function __toString(): string
        {
            return strtr($this->text, array_combine(array_map(static fn (int|string $key): string => '%' . ((int) $key + 1), array_keys($this->arguments)), array_map('strval', $this->arguments)));
        }
    }
}

namespace Magento\Framework\Exception {
    class LocalizedException extends \Exception
    {
        public function __construct(\Magento\Framework\Phrase $phrase)
        {
            parent::__construct((string) $phrase);
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

namespace Magento\Framework {
    interface ObjectManagerInterface
    {
        /**
         * @template T of object
         * @param class-string<T> $type
         * @return T
         */
        public function get(string $type): object;
    }
}

namespace Magento\Framework\App {
    abstract class Bootstrap
    {
        /** @param array<mixed> $parameters */
        public static function create(string $root, array $parameters): self
        {
            throw new \LogicException();
        }

        abstract public function getObjectManager(): \Magento\Framework\ObjectManagerInterface;
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
        public const STATUS_PENDING = 'pending';
        public const STATUS_RUNNING = 'running';
        public const STATUS_ERROR = 'error';

        /** @param array<string, string> $data */
        abstract public function setData(array $data): static;

        /** @param array<string, string> $data */
        abstract public function addData(array $data): static;

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

        /** @var array<string, mixed> */
        private array $data = [];

        public function getValue(): mixed
        {
            return $this->data['value'] ?? null;
        }

        /** @param string|list<string> $value */
        public function setValue(string|array $value): void
        {
            $this->data['value'] = $value;
        }

        public function getData(string $key): mixed
        {
            return $this->data[$key] ?? null;
        }

        public function setData(string $key, mixed $value): void
        {
            $this->data[$key] = $value;
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
        public function notice(string $message): void;

        public function error(string $message): void;
    }
}

namespace Magento\Framework\DB\Adapter {
    interface AdapterInterface
    {
        /** @param array<string, string> $where */
        public function delete(string $table, array $where): int;

        /** @param array<mixed> $bind */
        public function fetchOne(string $sql, array $bind = []): mixed;
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

namespace Magento\Config\Model\ResourceModel\Config\Data {
    abstract class Collection
    {
        /** @param array{in: list<string>} $condition */
        abstract public function addFieldToFilter(string $field, array $condition): static;

        /** @return array<mixed> */
        abstract public function getColumnValues(string $column): array;
    }

    abstract class CollectionFactory
    {
        abstract public function create(): Collection;
    }
}

namespace Magento\Cron\Model\ResourceModel {
    abstract class Schedule
    {
        abstract public function save(\Magento\Cron\Model\Schedule $schedule): static;
    }
}

namespace Magento\Cron\Model\ResourceModel\Schedule {
    /** @implements \IteratorAggregate<int, \Magento\Cron\Model\Schedule> */
    abstract class Collection implements \IteratorAggregate
    {
        abstract public function addFieldToFilter(string $field, string $value): static;

        abstract public function getSize(): int;
    }

    abstract class CollectionFactory
    {
        abstract public function create(): Collection;
    }
}

namespace Magento\Framework {
    abstract class FlagManager
    {
        abstract public function getFlagData(string $code): mixed;

        /** @param array<mixed> $value */
        abstract public function saveFlag(string $code, array $value): bool;
    }

    interface AuthorizationInterface
    {
        public function isAllowed(string $resource): bool;
    }

    interface UrlInterface
    {
        /** @param array<string, string> $parameters */
        public function getUrl(string $route, array $parameters = []): string;
    }
}

namespace Magento\Framework\Stdlib\DateTime {
    interface TimezoneInterface
    {
        public function getConfigTimezone(): string;
    }
}

namespace Magento\Framework\Notification {
    interface MessageInterface
    {
        public const SEVERITY_CRITICAL = 1;
        public const SEVERITY_MAJOR = 2;

        /** @return string */
        public function getIdentity();

        /** @return bool */
        public function isDisplayed();

        /** @return string */
        public function getText();

        /** @return int */
        public function getSeverity();
    }
}

namespace Magento\Framework\Exception {
    class NotFoundException extends LocalizedException
    {
    }

    class AuthenticationException extends LocalizedException
    {
    }
}

namespace Magento\Framework\Exception\State {
    class UserLockedException extends \Magento\Framework\Exception\AuthenticationException
    {
    }
}

namespace Magento\Framework\App {
    interface RequestInterface
    {
        public function getParam(string $name): mixed;
    }
}

namespace Magento\Framework\App\Response {
    interface HttpInterface
    {
        public function setHeader(string $name, string $value, bool $replace): static;

        public function sendHeaders(): static;
    }
}

namespace Magento\Framework\App\Action {
    interface HttpGetActionInterface
    {
    }

    interface HttpPostActionInterface
    {
    }
}

namespace Magento\Framework\Message {
    interface ManagerInterface
    {
        public function addSuccessMessage(string $message): static;

        public function addNoticeMessage(string $message): static;

        public function addErrorMessage(string $message): static;
    }
}

namespace Magento\Framework\View\Page {
    interface Title
    {
        public function prepend(string $title): void;
    }

    interface Config
    {
        public function getTitle(): Title;
    }
}

namespace Magento\Framework\Controller {
    interface ResultInterface
    {
    }

    abstract class ResultFactory
    {
        public const TYPE_PAGE = 'page';
        public const TYPE_REDIRECT = 'redirect';

        abstract public function create(string $type): ResultInterface;
    }

    abstract class AbstractResult implements ResultInterface
    {
        abstract protected function render(\Magento\Framework\App\Response\HttpInterface $response): static;
    }
}

namespace Magento\Framework\Controller\Result {
    interface Redirect extends \Magento\Framework\Controller\ResultInterface
    {
        /** @param array<string, string> $parameters */
        public function setPath(string $path, array $parameters = []): static;
    }
}

namespace Magento\User\Model {
    interface User
    {
        public function performIdentityCheck(string $password): static;

        public function getUserName(): string;
    }
}

namespace Magento\Backend\Model\View\Result {
    interface Page extends \Magento\Framework\Controller\ResultInterface
    {
        public function setActiveMenu(string $item): static;

        public function getConfig(): \Magento\Framework\View\Page\Config;
    }
}

namespace Magento\Backend\Model {
    interface Auth
    {
        public function getUser(): ?\Magento\User\Model\User;

        public function logout(): void;
    }

    interface Session
    {
        public function writeClose(): void;
    }
}

namespace Magento\Backend\App {
    abstract class Action
    {
        protected \Magento\Framework\Controller\ResultFactory $resultFactory;
        protected \Magento\Framework\Message\ManagerInterface $messageManager;
        protected \Magento\Framework\AuthorizationInterface $_authorization;
        protected \Magento\Backend\Model\Auth $_auth;
        protected \Magento\Backend\Model\Session $_session;

        public function __construct(Action\Context $context)
        {
        }

        public function getRequest(): \Magento\Framework\App\RequestInterface
        {
            throw new \LogicException();
        }

        protected function _isAllowed(): bool
        {
            return false;
        }
    }
}

namespace Magento\Backend\App\Action {
    interface Context
    {
    }
}

namespace Magento\Backend\Block {
    class Template
    {
        protected \Magento\Framework\AuthorizationInterface $_authorization;

        /** @param array<string, mixed> $data */
        public function __construct(Template\Context $context, array $data = [])
        {
        }

        public function formatDate(string $date, int $format, bool $showTime): string
        {
            return $date;
        }
    }
}

namespace Magento\Backend\Block\Template {
    interface Context
    {
    }
}

namespace Lockstep\MigrationTool\Model {
    /** Magento's compiler makes it. */
    abstract class DownloadFactory
    {
        /** @param array{path: string, name: string} $arguments */
        abstract public function create(array $arguments): Download;
    }
}

namespace Magento\Framework\App {
    abstract class DeploymentConfig
    {
        abstract public function get(string $key, mixed $default = null): mixed;

        abstract public function isDbAvailable(): bool;
    }

    abstract class ResourceConnection
    {
        abstract public function getConnection(): \Magento\Framework\DB\Adapter\AdapterInterface;
    }
}

namespace Magento\Framework\Lock {
    interface LockManagerInterface
    {
        public function lock(string $name, int $timeout = -1): bool;

        public function unlock(string $name): bool;

        public function isLocked(string $name): bool;
    }
}
