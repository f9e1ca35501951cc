<?php

/*
 * Writes lockstep.phar: php build.php PROJECT OUT, where PROJECT holds src, vendor and bin.
 *
 * The file is written by hand (https://www.php.net/manual/en/phar.fileformat.php): the Phar class gives every entry the
 * time of the build, and wants phar.readonly off. Nothing is compressed, so that it runs without ext-zlib.
 */

declare(strict_types=1);

const API = "\x11\x10";
const HAS_SIGNATURE = 0x00010000;
const SHA256 = 0x0003;
const MODE = 0644;
const EPOCH = 1577836800; // 2020-01-01
const SPAN = 94608000;    // three years

/** @return array<string, string> path in the PHAR => file, sorted */
function entries(string $project): array
{
    $entries = [];
    foreach (['src', 'vendor', 'bin'] as $top) {
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$project/$top", FilesystemIterator::SKIP_DOTS)) as $file) {
            assert($file instanceof SplFileInfo);
            $path = substr($file->getPathname(), strlen($project) + 1);
            if ($file->isFile() && preg_match('~\.php$|/LICENSE$|/Resources/completion\.\w+$|^bin/lockstep$~', $path) === 1) {
                $entries[$path] = $file->getPathname();
            }
        }
    }
    ksort($entries, SORT_STRING);

    return $entries;
}

/** The stub parses with any PHP, so that an old one is told what is missing. */
function stub(): string
{
    return <<<'PHP'
        #!/usr/bin/env php
        <?php
        if (PHP_VERSION_ID < 80100) {
            fwrite(STDERR, 'lockstep.phar needs PHP 8.1 or later; this is PHP ' . PHP_VERSION . ' (' . PHP_BINARY . ").\n");
            exit(4);
        }
        if (!extension_loaded('phar')) {
            fwrite(STDERR, 'lockstep.phar needs the PHP extension "phar", which is not loaded in ' . PHP_BINARY . ".\n");
            exit(4);
        }
        Phar::mapPhar();
        require 'phar://' . __FILE__ . '/bin/lockstep';
        __HALT_COMPILER(); ?>

        PHP;
}

[, $project, $out] = $argv + [1 => '', 2 => ''];
if (!is_dir("$project/vendor") || $out === '') {
    fwrite(STDERR, "Usage: php build.php PROJECT OUT\n");
    exit(64);
}
$files = [];
foreach (entries($project) as $path => $file) {
    $contents = (string) file_get_contents($file);
    // PHP skips the first line of the program that it is started with, not of one that is included
    $files[$path] = $path === 'bin/lockstep' ? (string) preg_replace('/^#![^\n]*\n/', '', $contents) : $contents;
}
// One time for all, which changes with the contents: opcache may keep compiled files by path and time.
$time = EPOCH + crc32(implode("\0", $files)) % SPAN;
$manifest = pack('V', count($files)) . API . pack('VVV', HAS_SIGNATURE, 0, 0);
foreach ($files as $path => $contents) {
    $manifest .= pack('V', strlen($path)) . $path . pack('VVVVVV', strlen($contents), $time, strlen($contents), crc32($contents), MODE, 0);
}
$phar = stub() . pack('V', strlen($manifest)) . $manifest . implode('', $files);
$phar .= hash('sha256', $phar, true) . pack('V', SHA256) . 'GBMB';
if (file_put_contents("$out.new", $phar) !== strlen($phar) || !chmod("$out.new", 0755) || !rename("$out.new", $out)) {
    fwrite(STDERR, "$out cannot be written.\n");
    exit(1);
}
