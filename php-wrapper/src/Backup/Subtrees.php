<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Files;

/** The largest subtrees that can be swapped whole, because nothing that the backup left out lies in them. */
final class Subtrees
{
    /**
     * Looks at the live tree and at what was unpacked beside; what only one side has is added or removed by the commit.
     *
     * @param string       $live    absolute root of the site
     * @param string       $staged  absolute directory with what was unpacked
     * @param string       $path    relative path that is restored; "." for all
     * @param list<string> $exclude relative paths that the backup left out
     * @return list<string> relative paths, none within another
     */
    public static function find(string $live, string $staged, string $path, array $exclude): array
    {
        $relative = $path === '.' ? '' : $path;
        if ($relative !== '' && !self::holdsExcluded($relative, $exclude)) {
            return Files::exists($staged . '/' . $relative) ? [$relative] : [];
        }
        $found = [];
        foreach (self::names($live . '/' . $relative, $staged . '/' . $relative) as $name) {
            $child = $relative === '' ? $name : $relative . '/' . $name;
            if (in_array($child, $exclude, true)) {
                continue;
            }
            $found = [...$found, ...(self::holdsExcluded($child, $exclude) && is_dir($live . '/' . $child) ? self::find($live, $staged, $child, $exclude) : [$child])];
        }

        return $found;
    }

    /** @param list<string> $exclude */
    private static function holdsExcluded(string $path, array $exclude): bool
    {
        foreach ($exclude as $excluded) {
            if (str_starts_with($excluded, $path . '/')) {
                return true;
            }
        }

        return false;
    }

    /** @return list<string> */
    private static function names(string $live, string $staged): array
    {
        return array_values(array_unique([...Files::names($live), ...Files::names($staged)]));
    }
}
