<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** What is swapped, or holds what is swapped, is no symlink: deployers link files of a shared directory. What is only read may be one. */
final class LinkedPaths implements Check
{
    private const FILES = ['composer.json', 'composer.lock'];
    private const DIRECTORIES = ['app', 'app/etc', 'bin'];

    public function find(Run $run): array
    {
        $shop = $run->shop;
        $findings = [];
        foreach ([...self::FILES, ...self::DIRECTORIES] as $path) {
            $link = $shop->path($path);
            if (!is_link($link)) {
                continue;
            }
            $real = realpath($link);
            $findings[] = $real === false
                ? Finding::error('linked', sprintf('"%s" is a symlink that leads nowhere (to "%s").', $link, (string) readlink($link)), 'Put the file or directory itself there.')
                : Finding::error('linked', sprintf('"%s" is a symlink to "%s": an upgrade here would change what others use too, or cut the link.', $link, $real), self::fix($link, $real));
        }

        return $findings;
    }

    private static function fix(string $link, string $real): string
    {
        $shop = is_dir($real) ? dirname($real) : $real;
        for ($above = dirname($shop); $above !== dirname($above); $above = dirname($above)) {
            if (is_file($above . '/composer.json') && is_dir($above . '/app/etc')) {
                return sprintf('Upgrade the shop that it belongs to: --root-dir=%s', escapeshellarg($above));
            }
        }

        return sprintf('Make it a real one: cp -a --remove-destination %s %s', escapeshellarg($real), escapeshellarg($link))
            . (is_dir($real) ? ' (after removing the link).' : '.') . ' Or upgrade where the shop is built, with --export.';
    }
}
