<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Lockstep\MigrationTool\Model\Due;
use Lockstep\MigrationTool\Model\Settings;
use Magento\Cron\Model\Schedule;
use Magento\Cron\Model\ScheduleFactory;
use Magento\Framework\App\Filesystem\DirectoryList;
use Magento\Framework\FlagManager;
use Magento\Framework\Stdlib\DateTime\TimezoneInterface;
use Psr\Log\LoggerInterface;

require_once __DIR__ . '/../stubs/magento.stub.php';

/** Small fakes of what Magento gives to the module. */
trait Fakes
{
    protected static function schedules(): ScheduleFactory
    {
        return new class () extends ScheduleFactory {
            public function create(): Schedule
            {
                return new FakeSchedule();
            }
        };
    }

    protected static function due(string $timezone = 'UTC'): Due
    {
        return new Due(self::schedules(), new class ($timezone) implements TimezoneInterface {
            public function __construct(private readonly string $timezone)
            {
            }

            public function getConfigTimezone(): string
            {
                return $this->timezone;
            }
        });
    }

    /** @param array<string, string> $values by path below "lockstep/" */
    protected static function settings(array $values): Settings
    {
        return new Settings(new FakeConfig($values));
    }

    protected static function flags(): FlagManager
    {
        return new class () extends FlagManager {
            /** @var array<string, string> */
            private array $data = [];

            public function getFlagData(string $code): mixed
            {
                return isset($this->data[$code]) ? json_decode($this->data[$code], true) : null;
            }

            public function saveFlag(string $code, array $value): bool
            {
                $this->data[$code] = json_encode($value, JSON_THROW_ON_ERROR);

                return true;
            }
        };
    }

    protected static function logger(): LoggerInterface
    {
        return new class () implements LoggerInterface {
            public function notice(string $message): void
            {
            }

            public function error(string $message): void
            {
            }
        };
    }

    protected static function directories(string $root): DirectoryList
    {
        return new class ($root) extends DirectoryList {
            public function __construct(private readonly string $root)
            {
            }

            public function getRoot(): string
            {
                return $this->root;
            }

            public function getPath(string $code): string
            {
                return $this->root . '/' . $code;
            }
        };
    }
}
