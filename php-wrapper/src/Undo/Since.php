<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;

/** What was changed in the shop, and in the undo copy, since a commit was closed. */
final class Since
{
    /**
     * @param list<string>                                        $packages  "name from → to" of other packages
     * @param list<string>                                        $registers composer.json, composer.lock and installed.json where they differ
     * @param list<string>                                        $edited    what else an undo would take out of the shop
     * @param list<string>                                        $dumped    class maps that were made anew, and that an undo leaves
     * @param list<string>                                        $damaged   what the undo copy has no more as it was
     */
    private function __construct(
        public readonly array $packages,
        public readonly array $registers,
        public readonly array $edited,
        public readonly array $dumped,
        public readonly array $damaged,
    ) {
    }

    public static function of(Shop $shop, Record $record): self
    {
        $changed = Contents::changed($record->live, $record->now($shop));
        $installed = $shop->vendor . '/composer/installed.json';
        $registers = array_values(array_intersect($changed, [...Record::REGISTERS, $installed]));
        $dumped = array_values(array_intersect($changed, array_diff(Record::maps($shop), $record->items)));

        return new self(
            self::packages($shop, $record, array_values(array_intersect($registers, ['composer.lock', $installed]))),
            $registers,
            array_values(array_diff($changed, $registers, $dumped)),
            $dumped,
            Contents::changed($record->kept, Contents::of($shop->path($record->project), $record->items)),
        );
    }

    /**
     * What lies between the undo copy and the shop now, without what the commit itself changed.
     *
     * @param list<string> $files
     *
     * @return list<string>
     */
    private static function packages(Shop $shop, Record $record, array $files): array
    {
        $own = array_column($record->packages, null, 'name');
        $others = [];
        foreach ($files as $file) {
            try {
                $changes = Site::compareLocks($shop->path($record->project . '/' . $file), $shop->path($file));
            } catch (CoreException) {
                continue; // the file is gone or not in the copy: that it changed is told all the same
            }
            $seen = [];
            foreach ($changes as $change) {
                $seen[$change['name']] = true;
                $mine = $own[$change['name']] ?? null;
                if ($mine === null ? !($change['reference_only'] && $change['path_package']) : $mine['to'] !== $change['to']) {
                    $others[$change['name']] = self::line($change['name'], $mine['to'] ?? $change['from'], $change['to']);
                }
            }
            foreach (array_diff_key($own, $seen) as $name => $package) {
                if ($package['from'] !== $package['to']) {
                    $others[$name] = self::line((string) $name, $package['to'], $package['from']);
                }
            }
        }
        ksort($others);

        return array_values($others);
    }

    private static function line(string $name, string $from, string $to): string
    {
        return sprintf('%s %s → %s', $name, $from === '' ? '–' : $from, $to === '' ? '–' : $to);
    }
}
