<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Process;

/** The PHP that runs Composer has the extensions that the locked packages require: else Composer resolves nothing. */
final class PlatformExtensions implements Check
{
    private const TIMEOUT = 30;
    private const LOADED = 'echo json_encode(get_loaded_extensions());';

    public function find(Run $run): array
    {
        $required = LockedPackages::read($run->shop->path('composer.lock'))?->extensions() ?? [];
        $platform = Manifest::of($run->shop)->config('platform');
        $pretended = is_array($platform) ? array_change_key_case($platform) : [];
        $present = array_diff_key(array_flip(self::loaded($run)), array_filter($pretended, static fn (mixed $version): bool => $version === false));
        $missing = array_diff_key($required, $present, array_filter($pretended, 'is_string'));
        if ($missing === []) {
            return [];
        }
        $names = array_map(static fn (string $name, string $by): string => sprintf('%s (%s)', substr($name, 4), $by), array_keys($missing), $missing);

        return [Finding::error(
            'platform-extensions',
            sprintf('The PHP that runs Composer (%s) lacks extensions that composer.lock requires: %s.', $run->composer()->php, implode(', ', $names)),
            'Install or enable them for the PHP of the command line, or give the PHP of the shop with --php=PATH.',
        )];
    }

    /** @return list<string> as Composer names them: "ext-zend-opcache" */
    private static function loaded(Run $run): array
    {
        $loaded = get_loaded_extensions();
        if ($run->options->php !== null) {
            $answer = Process::run([$run->composer()->php, '-d', 'display_errors=stderr', '-r', self::LOADED], $run->composer()->environment()->plain(sys_get_temp_dir()), $run->shop->root, null, '', null, self::TIMEOUT);
            $json = json_decode($answer['output'], true);
            $loaded = is_array($json) ? array_values(array_filter($json, 'is_string')) : [];
        }

        return array_map(static fn (string $name): string => 'ext-' . strtolower(str_replace(' ', '-', $name)), $loaded);
    }
}
