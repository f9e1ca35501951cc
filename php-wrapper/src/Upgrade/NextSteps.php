<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Status\Fact\Compiled;
use Lockstep\MigrationTool\Status\Fact\Generated;
use Lockstep\MigrationTool\Status\Fact\Mode;

/** What an upgrade or its undo leaves to the user and nobody can see in the shop afterwards; what can be seen is FollowUp's. */
final class NextSteps
{
    /** @return list<string> commands or sentences */
    public static function of(Run $run): array
    {
        $steps = $run->options->runScripts ? [] : self::scripts($run->shop);
        $steps = [...$steps, ...self::cache($run->shop), ...self::opcache($run->shop)];
        $steps = [...$steps, ...GitCommit::suggestion($run)];
        if ($run->options->onConflict !== 'stop' && [...$run->merge->paths('conflict'), ...$run->modules->conflicts] !== []) {
            $steps[] = 'Look at the conflicts: each file has the other side beside it, as .mine or .new.';
        }

        $steps = [...$steps, ...array_map(static fn (array $finding): string => sprintf('Adjust %s, line %d: %s', $finding['file'], $finding['line'], $finding['message']), $run->code)];
        $proposed = $run->modules->proposed();
        if ($proposed !== []) {
            $steps[] = sprintf('Merge what the release changed into %s%s.', implode(', ', $proposed), $run->options->dryRun ? ' (--merge-modules does it)' : ': take the upgrade back by "migration:tool:undo", then upgrade with --merge-modules, or by hand');
        }

        return $steps;
    }

    /**
     * The same after an undo.
     *
     * @param list<string> $swapped
     * @return list<string>
     */
    public static function afterUndo(Shop $shop, array $swapped, string $from, string $to): array
    {
        $message = $to === '' ? 'Remove ' . Shop::TOOL . ' ' . $from : sprintf('Take %s from %s back to %s', Shop::TOOL, $from === '' ? 'none' : $from, $to);

        return [...self::scripts($shop), ...self::cache($shop), ...self::opcache($shop), ...GitCommit::of($shop, $swapped, $message)];
    }

    /** @return list<string> */
    private static function scripts(Shop $shop): array
    {
        return array_map(static fn (string $event): string => 'composer run-script ' . $event, Manifest::of($shop)->scripts());
    }

    /** @return list<string> the command line has another configuration than PHP-FPM, so it is told as a condition */
    private static function opcache(Shop $shop): array
    {
        return Mode::isProduction($shop) || ini_get('opcache.validate_timestamps') === '0' ? ['Reload PHP-FPM if its opcache does not look at timestamps (opcache.validate_timestamps=0).'] : [];
    }

    /** @return list<string> the cached configuration knows the old tool; files in var/cache go by var/.regenerate where that is set, compiling makes the rest anew */
    private static function cache(Shop $shop): array
    {
        return Compiled::time($shop) === null && (isset(Mode::cache($shop)['backend']) || Generated::isMapped($shop)) ? ['bin/magento cache:clean config'] : [];
    }
}
