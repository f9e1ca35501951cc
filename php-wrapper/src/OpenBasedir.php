<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\MigrationTool\Upgrade\Check\PhpRestrictions;

/** open_basedir, meant for web requests, would hide from a command even the PHP that runs it. */
final class OpenBasedir
{
    public static function check(): void
    {
        $basedir = (string) ini_get('open_basedir');
        if (PhpRestrictions::outside($basedir, ['/proc/self/exe']) === []) {
            return;
        }
        throw Failure::preflight(
            'open-basedir',
            sprintf('open_basedir ("%s") keeps this PHP from what lies outside of the shop: Composer, its home, the kernel\'s tables in /proc.', $basedir),
            sprintf('Run the command with "php -d open_basedir=", or take it out of the php.ini of the command line%s.', php_ini_loaded_file() === false ? '' : ' (' . php_ini_loaded_file() . ')'),
        );
    }
}
