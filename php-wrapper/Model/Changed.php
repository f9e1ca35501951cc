<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Config\Model\ResourceModel\Config\Data\CollectionFactory;

/** When an administrator last changed a setting: what a schedule wanted before that nobody waits for. */
class Changed
{
    public function __construct(private readonly CollectionFactory $collections)
    {
    }

    /** @return int Unix time; 0: never, or not in the database */
    public function latest(string ...$paths): int
    {
        $stored = $this->collections->create()->addFieldToFilter('path', ['in' => array_map(static fn (string $path): string => Settings::SECTION . $path, array_values($paths))]);
        $times = array_map(static fn (mixed $time): int => is_string($time) ? (int) strtotime($time . ' UTC') : 0, $stored->getColumnValues('updated_at'));

        return max([0, ...$times]);
    }
}
