<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Symfony\Component\Console\Helper\Table;

/** Loads every class of this package: after a commit its own files may be older ones, or gone. */
final class Preload
{
    public static function everything(): void
    {
        $flags = \FilesystemIterator::SKIP_DOTS | \FilesystemIterator::CURRENT_AS_PATHNAME;
        /** @var string $path */
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator(__DIR__, $flags)) as $path) {
            if (preg_match('~/[A-Z]\w*\.php$~', $path) === 1) { // a lower-case name is a script for a process of its own
                class_exists(__NAMESPACE__ . '\\' . strtr(substr($path, strlen(__DIR__) + 1, -4), '/', '\\'));
            }
        }
        class_exists(Table::class);
    }
}
