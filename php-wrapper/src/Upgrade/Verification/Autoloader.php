<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Run;

/** The staged autoloader differs from the live one only where packages changed, and keeps its class names. */
final class Autoloader
{
    public static function check(Run $run): void
    {
        $vendor = $run->shop->vendor;
        [$before, $after] = [self::suffix($run->shop->path($vendor . '/autoload.php')), self::suffix($run->stage()->path($vendor . '/autoload.php'))];
        if ($before !== '' && $before !== $after) {
            throw new Failure(ExitCode::BACKUP, 'autoloader-suffix', sprintf('Composer gave the autoloader another suffix ("%s" instead of "%s").', $after, $before), 'Set config.autoloader-suffix in composer.json to the old one.');
        }
        $changed = array_map(static fn (string $path): string => '/' . substr($path, strlen($vendor) + 1) . '/', $run->delta()->packagePaths());
        foreach (['autoload_classmap.php', 'autoload_files.php', 'autoload_psr4.php', 'autoload_namespaces.php'] as $file) {
            self::compare($run->shop->path($vendor . '/composer/' . $file), $run->stage()->path($vendor . '/composer/' . $file), $changed);
        }
    }

    /** @param list<string> $changed paths below vendor of what may differ */
    private static function compare(string $live, string $staged, array $changed): void
    {
        [$before, $after] = [self::entries($live), self::entries($staged)];
        foreach ([...array_diff_assoc($before, $after), ...array_diff_assoc($after, $before)] as $entry) {
            foreach ($changed as $path) {
                if (str_contains($entry, $path)) {
                    continue 2;
                }
            }
            throw new Failure(ExitCode::BACKUP, 'autoloader', sprintf('The new %s differs from the live one in what belongs to no changed package: %s', basename($live), trim($entry)), 'Was the live autoloader made with other options, or by hand? "composer dump-autoload" in the live tree makes it anew, with its options; then run this again.');
        }
    }

    /**
     * The lines of the array, by themselves: their order does not matter.
     *
     * @return array<string, string>
     */
    private static function entries(string $file): array
    {
        $entries = [];
        foreach (is_file($file) ? (file($file, FILE_IGNORE_NEW_LINES) ?: []) : [] as $line) {
            if (preg_match('/^\s+\'/', $line) === 1) {
                $entries[$line] = $line;
            }
        }

        return $entries;
    }

    private static function suffix(string $file): string
    {
        return is_file($file) && preg_match('/ComposerAutoloaderInit([^:\s]+)::/', (string) file_get_contents($file), $match) === 1 ? $match[1] : '';
    }
}
