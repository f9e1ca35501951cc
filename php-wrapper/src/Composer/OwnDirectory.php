<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Failure;
use Lockstep\Tree;

/** A directory of this user's own in the system's temporary directory, for who does not own the shop and leaves nothing in it. */
final class OwnDirectory
{
    /** Its name can be guessed, so one that somebody else made is refused. */
    public static function make(): string
    {
        $path = realpath(sys_get_temp_dir()) . '/lockstep-' . posix_geteuid();
        Tree::privateDirectory($path);
        $stat = lstat($path);
        if ($stat === false || ($stat['mode'] & 0170000) !== 0040000 || $stat['uid'] !== posix_geteuid() || ($stat['mode'] & 077) !== 0) {
            throw Failure::preflight('temporary-directory', sprintf('"%s" is not a directory of this user alone.', $path), 'Somebody else made it: remove it, or set TMPDIR to a directory of your own.');
        }

        return $path;
    }
}
