<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Magento\Cron\Model\ScheduleFactory;
use Magento\Framework\Stdlib\DateTime\TimezoneInterface;

/** The last time at which a cron expression wanted its job to begin. */
class Due
{
    private const DAYS = 366;

    public function __construct(
        private readonly ScheduleFactory $schedules,
        private readonly TimezoneInterface $timezone,
    ) {
    }

    /** @return int|null Unix time, not after $before; null: none within a year, or no expression */
    public function latest(string $expression, int $before): ?int
    {
        $fields = preg_split('/\s+/', trim($expression)) ?: [];
        if (count($fields) !== 5) {
            return null;
        }
        $schedule = $this->schedules->create();
        $matches = static fn (int $field, string $number): bool => $schedule->matchCronExpression($fields[$field], (int) $number);
        try {
            $day = (new \DateTimeImmutable('@' . $before))->setTimezone(new \DateTimeZone($this->timezone->getConfigTimezone()))->setTime(0, 0);
            for ($i = 0; $i < self::DAYS; $i++, $day = $day->modify('-1 day')) {
                if (!$matches(2, $day->format('j')) || !$matches(3, $day->format('n')) || !$matches(4, $day->format('w'))) {
                    continue;
                }
                foreach (array_reverse(array_filter(range(0, 23), static fn (int $hour): bool => $matches(1, (string) $hour))) as $hour) {
                    foreach (array_reverse(array_filter(range(0, 59), static fn (int $minute): bool => $matches(0, (string) $minute))) as $minute) {
                        $time = $day->setTime($hour, $minute);
                        if ($time->getTimestamp() <= $before && $time->format('G') === (string) $hour) { // an hour that summer time skips does not come
                            return $time->getTimestamp();
                        }
                    }
                }
            }
        } catch (\Throwable) { // it cannot be read: the configuration says so when it is stored
            return null;
        }

        return null;
    }
}
