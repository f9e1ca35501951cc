<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Magento\Framework\App\Config\ScopeConfigInterface;

require_once __DIR__ . '/../stubs/magento.stub.php';

/** A fake of Magento's configuration: what an administrator stored below "lockstep/". */
final class FakeConfig implements ScopeConfigInterface
{
    /** @param array<string, string> $values */
    public function __construct(private readonly array $values)
    {
    }

    public function getValue(string $path): mixed
    {
        return $this->values[substr($path, strlen('lockstep/'))] ?? null;
    }

    public function isSetFlag(string $path): bool
    {
        return (bool) $this->getValue($path);
    }
}
