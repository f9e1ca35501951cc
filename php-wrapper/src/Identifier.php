<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Names of runs and backup sets: UTC time to the second, then its microseconds and a random digit in hex. They sort by age. */
final class Identifier
{
    private const PATTERN = '/^\d{8}T\d{6}Z-[0-9a-f]{6}$/';

    public static function make(): string
    {
        [$fraction, $second] = explode(' ', microtime());

        return gmdate('Ymd\THis\Z', (int) $second) . sprintf('-%05x%x', (int) (1e6 * (float) $fraction), random_int(0, 15));
    }

    public static function matches(string $id): bool
    {
        return preg_match(self::PATTERN, $id) === 1;
    }

    /** When it was made, as RFC 3339 in UTC. */
    public static function time(string $id): string
    {
        $time = \DateTimeImmutable::createFromFormat('Ymd\THis\Z', substr($id, 0, 16), new \DateTimeZone('UTC'));

        return $time === false ? '' : $time->format('Y-m-d\TH:i:s\Z');
    }
}
