<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Reporter;

/** What became of the files of modules, as a person reads it while the upgrade runs: with -v the merges themselves. */
final class ModuleText
{
    public static function tell(ModuleResult $result, Reporter $reporter): void
    {
        foreach ($result->items as $item) {
            $from = $item['origin'] === null ? '' : ', from ' . $item['origin'];
            $reporter->line(sprintf('%-9s %s (%s%s%s)', $item['outcome'], $item['file'], $item['merged'] ? 'merged with the upgrade' : 'your module', $from, $item['reason'] === null ? '' : '; ' . $item['reason']));
            if ($item['diff'] !== '') {
                $reporter->detail($item['diff']);
            }
        }
        $proposed = $result->proposed();
        if ($proposed !== []) {
            $reporter->warning(sprintf('%d files of your own modules were made from files that this release changes. They are not touched: -v shows their merges, and --merge-modules makes those of app/code part of the upgrade.', count($proposed)));
        }
    }
}
