<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** Composer 2 is there and runs. */
final class ComposerVersion implements Check
{
    public function find(Run $run): array
    {
        $version = $run->composer()->version($run->stage()->composer);
        $findings = [];
        if (version_compare($version, '2.0.0', '<')) {
            $findings[] = Finding::error('composer-version', sprintf('"%s" is Composer %s; Composer 2 is needed.', $run->composer()->path, $version), 'Give a Composer 2 with --composer=PATH. For shops whose plugins need Composer 1 (Magento before 2.4): ' . WayOut::merge() . '.');
        }

        return $findings;
    }
}
