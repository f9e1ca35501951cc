<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/** The root's path is one that Composer can work in: it takes a backslash for a slash, and its messages must be UTF-8. */
final class RootName implements Check
{
    public function find(Run $run): array
    {
        $root = $run->shop->root;

        return preg_match('~~u', $root) === 1 && !str_contains($root, '\\') ? [] : [Finding::error(
            'root-name',
            sprintf('Composer does not work in a directory of this name: "%s".', Terminal::safe($root)),
            'Rename the directory, without a backslash and in UTF-8; or mount it elsewhere (mount --bind) and work there.',
        )];
    }
}
