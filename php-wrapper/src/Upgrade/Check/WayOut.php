<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** Where an upgrade can be made when the files cannot be swapped here: the command, and the place for it. */
final class WayOut
{
    /** Where the files are: the host of a container, the server of a share. */
    public static function there(string $place): string
    {
        return sprintf('Upgrade %s: lockstep migration:tool:upgrade --root-dir=DIR, with DIR the shop there. %s', $place, self::export());
    }

    /** As a layer of the image. */
    public static function image(): string
    {
        return 'Upgrade where the image is built, after its "composer install", and build it anew: RUN bin/magento migration:tool:upgrade -n. ' . self::export();
    }

    /** Where Composer 2 cannot run. */
    public static function merge(): string
    {
        return '"migration:tool:merge --pristine=OLD --release=NEW --to=DIR" carries your changes over without Composer, from the release that is installed to the one that "migration:tool:releases" names (OLD and NEW: directories or zips of them)';
    }

    private static function export(): string
    {
        return 'Or have the result written to a directory, to be applied there: migration:tool:upgrade --export=DIR';
    }
}
