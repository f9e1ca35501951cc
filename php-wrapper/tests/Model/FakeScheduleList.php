<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use Magento\Cron\Model\ResourceModel\Schedule\Collection;

require_once __DIR__ . '/../stubs/magento.stub.php';

/** A fake of Magento's list of cron jobs, in memory. */
final class FakeScheduleList extends Collection
{
    /** @param list<FakeSchedule> $lines */
    public function __construct(private readonly array $lines)
    {
    }

    public function addFieldToFilter(string $field, string $value): static
    {
        return new self(array_values(array_filter($this->lines, static fn (FakeSchedule $line): bool => ($line->data[$field] ?? null) === $value)));
    }

    public function getSize(): int
    {
        return count($this->lines);
    }

    public function getIterator(): \Iterator
    {
        return new \ArrayIterator($this->lines);
    }
}
