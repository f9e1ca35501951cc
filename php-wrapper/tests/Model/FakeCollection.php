<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Magento\Config\Model\ResourceModel\Config\Data\Collection;

require_once __DIR__ . '/../stubs/magento.stub.php';

/** A fake of what is stored in Magento's configuration: the times of the settings that were asked for. */
final class FakeCollection extends Collection
{
    /** @param list<string> $times */
    public function __construct(private readonly array $times)
    {
    }

    public function addFieldToFilter(string $field, array $condition): static
    {
        return $field === 'path' && $condition['in'] === ['lockstep/backup/enabled', 'lockstep/backup/schedule'] ? $this : new self([]);
    }

    public function getColumnValues(string $column): array
    {
        return $column === 'updated_at' ? $this->times : [];
    }
}
