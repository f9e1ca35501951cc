<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Remote\Fetched;

/** What lies among the backup sets and is none: other names, look-alikes, links, files. */
final class Strangers
{
    /** @return list<array{name: string, reason: string}> */
    public static function in(string $store): array
    {
        $strangers = [];
        foreach (is_readable($store) ? Files::names($store) : [] as $name) {
            $reason = self::reason($store, $name);
            if ($reason !== '' && preg_match(Fetched::NAME, $name) !== 1) {
                $strangers[] = ['name' => $name, 'reason' => $reason];
            }
        }

        return $strangers;
    }

    private static function reason(string $store, string $name): string
    {
        return match (true) {
            !Identifier::matches($name) => 'no name of a backup set',
            gmdate('Ymd\THis\Z', (int) strtotime(Identifier::time($name))) !== substr($name, 0, 16) => 'no name of a backup set: there is no such time',
            is_link($store . '/' . $name) => 'a symlink',
            !is_dir($store . '/' . $name) => 'no directory',
            default => '',
        };
    }
}
