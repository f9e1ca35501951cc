<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\Process;

/** The root package's Composer scripts, run in the live tree after the commit when that was asked for; never in the stage. */
final class Scripts
{
    private const TIMEOUT = 3600;

    /** @return list<string> what is left to do: the scripts that failed */
    public static function run(Run $run): array
    {
        $failed = [];
        foreach ($run->options->runScripts ? Manifest::of($run->shop)->scripts() : [] as $event) {
            $run->reporter->line('composer run-script ' . $event);
            try {
                $environment = ['COMPOSER_HOME' => $run->composer()->environment()->composerHome(), 'COMPOSER_NO_INTERACTION' => '1', 'PHP_BINARY' => $run->composer()->php]
                    + (posix_geteuid() === 0 ? ['COMPOSER_ALLOW_SUPERUSER' => '1'] : [])
                    + $run->composer()->environment()->plain(sys_get_temp_dir());
                $result = Process::run(
                    [$run->composer()->php, '-d', 'memory_limit=-1', $run->composer()->path, 'run-script', '--no-ansi', '--no-interaction', '--', $event],
                    $environment,
                    $run->shop->root,
                    null,
                    '',
                    static function (string $chunk, bool $isError) use ($run): void {
                        $run->reporter->detail($chunk);
                    },
                    self::TIMEOUT,
                );
                $problem = $result['status'] === 0 ? null : trim($result['errors']);
            } catch (CoreException $e) {
                $problem = $e->getMessage();
            }
            if ($problem !== null) {
                $run->reporter->warning(sprintf('The script %s failed: %s', $event, $problem));
                $failed[] = 'composer run-script ' . $event;
            }
        }

        return $failed;
    }
}
