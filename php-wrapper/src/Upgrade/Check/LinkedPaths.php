<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\LinkedPath;
use Lockstep\MigrationTool\Upgrade\Run;

/** What is swapped, or holds what is swapped, is no symlink: deployers link files of a shared directory. What is only read may be one. */
final class LinkedPaths implements Check
{
    private const PATHS = ['composer.json', 'composer.lock', 'app', 'app/etc', 'bin'];

    public function find(Run $run): array
    {
        $findings = [];
        foreach (self::PATHS as $path) {
            $link = LinkedPath::of($run->shop->path($path));
            if ($link !== null) {
                $findings[] = Finding::error('linked', $link->message, $link->fix);
            }
        }

        return $findings;
    }
}
