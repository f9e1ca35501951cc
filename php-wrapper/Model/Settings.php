<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Framework\App\Config\ScopeConfigInterface;

/** What an administrator stored under Stores › Configuration › Data Migration Tool, as types; the defaults stand in etc/config.xml. */
class Settings
{
    public const SECTION = 'lockstep/';

    public function __construct(private readonly ScopeConfigInterface $config)
    {
    }

    public function text(string $path): string
    {
        $value = $this->config->getValue(self::SECTION . $path);

        return is_scalar($value) ? trim((string) $value) : '';
    }

    public function flag(string $path): bool
    {
        return $this->config->isSetFlag(self::SECTION . $path);
    }

    public function number(string $path): int
    {
        return (int) $this->text($path);
    }

    /** Seconds that a job may take. */
    public function limit(): int
    {
        return 60 * max(1, $this->number('limits/minutes'));
    }

    /** @return list<string> of a list with commas, spaces or new lines between */
    public function texts(string $path): array
    {
        return preg_split('/[\s,;]+/', $this->text($path), -1, PREG_SPLIT_NO_EMPTY) ?: [];
    }
}
