<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Secrets;

/**
 * What became of a customization, in words.
 *
 * @phpstan-import-type Item from MergeOutcome
 */
final class MergeText
{
    /**
     * @param Item $item
     * @return list<string> lines
     */
    public static function of(array $item): array
    {
        $told = array_filter([
            $item['from'] === null ? null : 'was ' . $item['from'],
            $item['origin'] === null ? null : 'made of ' . $item['origin'],
            $item['reason'] === null ? null : Secrets::mask($item['reason']),
            $item['note'],
        ]);
        $lines = [sprintf('%-9s %s%s', $item['outcome'], $item['path'], $told === [] ? '' : ' (' . implode('; ', $told) . ')')];
        foreach ($item['repointed'] as $path) {
            $lines[] = sprintf('%-9s it names %s now, was %s', '', $path['to'], $path['from']);
        }

        return $lines;
    }
}
