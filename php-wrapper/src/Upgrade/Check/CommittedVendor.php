<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Git;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/** Where vendor is committed, changes that are not would be swept up by the commit that follows an upgrade. */
final class CommittedVendor implements Check
{
    private const SHOWN = 10;

    public function find(Run $run): array
    {
        $git = Git::of($run->shop);
        $vendor = $run->shop->vendor;
        if ($git === null || $git->tracked([$vendor . '/composer/installed.json']) === []) {
            return [];
        }
        $changed = $git->changed($vendor);
        if ($changed === null) {
            return [Finding::warning('vendor-uncommitted', sprintf('"%s" is committed to git, which does not tell whether it has changes that are not.', $run->shop->path($vendor)))];
        }

        return $changed === [] ? [] : [Finding::warning(
            'vendor-uncommitted',
            sprintf('"%s" is committed to git and has %d changes that are not: %s%s.', $run->shop->path($vendor), count($changed), implode(', ', array_map(Terminal::safe(...), array_slice($changed, 0, self::SHOWN))), count($changed) > self::SHOWN ? ', …' : ''),
            'Commit them first, so that the upgrade is a commit of its own.',
        )];
    }
}
