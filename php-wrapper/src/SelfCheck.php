<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Lockstep\Platform;
use Lockstep\Process;

/** Do this package, the extension, PHP and the machine fit together? Needs no shop, and runs without the extension, too. */
final class SelfCheck
{
    private const PHP_EXTENSIONS = ['posix', 'tokenizer', 'json'];

    /** @return array{lockstep: string, phar: ?string, extension: array{version: ?string, needed: string, fits: bool}, php: array{version: string, binary: string, ini: ?string}, kernel: array{release: string, openat2: ?bool, rename_exchange: ?bool}, fence: ?string, libraries: array<string, ?string>} null where only the extension could tell */
    public static function facts(): array
    {
        $version = phpversion('lockstep');
        $fits = Extension::failure() === null;
        $phar = class_exists(\Phar::class) ? \Phar::running(false) : '';
        $kernel = $fits ? Platform::kernel() : ['openat2' => null, 'rename_exchange' => null];
        $libraries = [];
        foreach ($fits ? Platform::libraries() : [] as $library) {
            $libraries[$library['name']] = $library['error'] === '' ? $library['version'] : null;
        }

        return [
            'lockstep' => Extension::VERSION,
            'phar' => $phar === '' ? null : $phar,
            'extension' => ['version' => $version === false ? null : $version, 'needed' => Extension::needed(), 'fits' => $fits],
            'php' => ['version' => PHP_VERSION, 'binary' => Extension::php(), 'ini' => php_ini_loaded_file() ?: null],
            'kernel' => ['release' => php_uname('r')] + $kernel,
            'fence' => $fits ? Process::fence() : null,
            'libraries' => $libraries,
        ];
    }

    /** @return list<Finding> */
    public static function findings(): array
    {
        $findings = [];
        foreach (self::PHP_EXTENSIONS as $extension) {
            if (!extension_loaded($extension)) {
                $findings[] = Finding::error('php-extension', sprintf('The PHP extension "%s" is not loaded.', $extension), sprintf('Install or enable it for %s (Debian and Ubuntu: the package php-common).', Extension::php()));
            }
        }
        try {
            OpenBasedir::check();
            Extension::check();
        } catch (Failure $e) {
            return [...$findings, Finding::error($e->error, $e->getMessage(), $e->hint)];
        }
        foreach (Platform::libraries() as $library) {
            if ($library['error'] !== '') {
                $findings[] = Finding::error('library', $library['error'], $library['hint']);
            }
        }
        if (!Platform::kernel()['rename_exchange']) {
            $findings[] = Finding::warning('kernel', 'The kernel, or a filter of system calls, refuses renameat2 with RENAME_EXCHANGE.', 'Linux 3.15 and later know it; containers may need another seccomp profile.');
        }

        return $findings;
    }
}
