<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Names of runs and backup sets: UTC time and a random tail, sortable by age. */
final class Identifier
{
    private const PATTERN = '/^\d{8}T\d{6}Z-[0-9a-f]{6}$/';

    public static function make(): string
    {
        return gmdate('Ymd\THis\Z') . '-' . bin2hex(random_bytes(3));
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
