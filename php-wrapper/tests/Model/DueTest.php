<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Model;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class DueTest extends TestCase
{
    use Fakes;

    /** @return array<string, array{string, string, string, ?string}> expression, time zone, now, last time at which it was due (both local) */
    public static function times(): array
    {
        return [
            'tonight' => ['15 4 * * *', 'UTC', '2026-11-25 05:00', '2026-11-25 04:15'],
            'at that very minute' => ['15 4 * * *', 'UTC', '2026-11-25 04:15', '2026-11-25 04:15'],
            'a minute before' => ['15 4 * * *', 'UTC', '2026-11-25 04:14', '2026-11-24 04:15'],
            'in the shop\'s time zone' => ['15 4 * * *', 'America/Chicago', '2026-11-25 05:00', '2026-11-25 04:15'],
            'weekly, on Sundays' => ['30 3 * * 0', 'UTC', '2026-11-25 12:00', '2026-11-22 03:30'],
            'monthly' => ['0 4 1 * *', 'UTC', '2026-11-25 12:00', '2026-11-01 04:00'],
            'the 31st' => ['0 4 31 * *', 'UTC', '2026-11-25 12:00', '2026-10-31 04:00'],
            'yearly' => ['0 4 26 11 *', 'UTC', '2026-11-25 12:00', '2025-11-26 04:00'],
            'every quarter of an hour' => ['*/15 * * * *', 'UTC', '2026-11-25 12:29', '2026-11-25 12:15'],
            'a list' => ['0 1,13 * * *', 'UTC', '2026-11-25 12:59', '2026-11-25 01:00'],
            'an hour that summer time skipped' => ['15 2 * * *', 'Europe/Berlin', '2026-03-29 12:00', '2026-03-28 02:15'],
            'never' => ['0 0 30 2 *', 'UTC', '2026-11-25 12:00', null],
            'four fields' => ['0 0 1 *', 'UTC', '2026-11-25 12:00', null],
            'nothing' => ['', 'UTC', '2026-11-25 12:00', null],
            'words' => ['a b c d e', 'UTC', '2026-11-25 12:00', null],
            'a step of 0' => ['*/0 * * * *', 'UTC', '2026-11-25 12:00', null],
        ];
    }

    #[DataProvider('times')]
    public function testTheLastTimeAtWhichAJobWasDue(string $expression, string $timezone, string $now, ?string $due): void
    {
        $zone = new \DateTimeZone($timezone);
        $found = self::due($timezone)->latest($expression, (new \DateTimeImmutable($now, $zone))->getTimestamp());
        self::assertSame($due, $found === null ? null : (new \DateTimeImmutable("@$found"))->setTimezone($zone)->format('Y-m-d H:i'));
    }

    public function testATimeZoneThatThereIsNotBreaksNoPage(): void
    {
        self::assertNull(self::due('Nowhere/At_All')->latest('15 4 * * *', time()));
    }
}
