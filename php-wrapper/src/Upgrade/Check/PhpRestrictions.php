<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** open_basedir and disable_functions of the command line's php.ini, which hold for Composer too. */
final class PhpRestrictions implements Check
{
    /** What this package itself calls, of what hosters turn off. */
    private const NEEDED = ['symlink', 'readlink', 'chmod', 'glob', 'posix_geteuid', 'posix_getpwuid'];

    public function find(Run $run): array
    {
        $ini = php_ini_loaded_file() ?: 'php.ini';
        $findings = [];
        $missing = array_values(array_filter(self::NEEDED, static fn (string $function): bool => !function_exists($function)));
        if ($missing !== []) {
            $findings[] = Finding::error('disabled-functions', sprintf('This PHP cannot call %s, which Lockstep needs.', implode(', ', $missing)), sprintf('Take them out of disable_functions in %s (the command line may have a php.ini of its own); the posix_ ones are of the extension "posix".', $ini));
        }
        if (!function_exists('proc_open')) {
            $message = 'proc_open is disabled for this PHP: Composer cannot start git, unzip or patch.';
            $fix = sprintf('Take it out of disable_functions in %s (the command line may have a php.ini of its own).', $ini);
            $findings[] = extension_loaded('zip') ? Finding::warning('disabled-functions', $message, $fix) : Finding::error('disabled-functions', $message . ' Without the extension "zip" it can unpack no package.', $fix);
        }
        $outside = self::outside((string) ini_get('open_basedir'), [$run->shop->root, $run->composer()->path, $run->composer()->environment()->composerHome()]);
        if ($outside !== []) {
            $findings[] = Finding::error('open-basedir', sprintf('open_basedir keeps this PHP from "%s".', implode('", "', $outside)), sprintf('Run the command with "-d open_basedir=", or take it out of %s: Composer is started with that file.', $ini));
        }

        return $findings;
    }

    /**
     * @param list<string> $places absolute
     * @return list<string> those that are in none of the directories
     */
    public static function outside(string $basedir, array $places): array
    {
        if ($basedir === '') {
            return [];
        }
        $allowed = array_map(static fn (string $directory): string => rtrim($directory, '/') . '/', explode(PATH_SEPARATOR, $basedir));

        return array_values(array_filter($places, static function (string $place) use ($allowed): bool {
            foreach ($allowed as $directory) {
                if (str_starts_with($place . '/', $directory)) {
                    return false;
                }
            }

            return true;
        }));
    }
}
