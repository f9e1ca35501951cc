<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/** What becomes of the patches that a Composer plugin applies: those that fit no more are told, whether the plugin stops or goes on. */
final class Patches
{
    private const FAILED = '~(?:Cannot|Could not|Failed to) apply patch|was able to apply patch|composer-patch failure~i';

    /** @return list<string> "PACKAGE: PATCH" of what was applied in the live tree and is not in the stage */
    public static function lost(Run $run): array
    {
        $before = InstalledJson::of($run->shop);
        $after = InstalledJson::read(InstalledJson::file($run->stage()->path($run->shop->vendor)));
        $lost = [];
        foreach (array_keys($before->packages) as $name) {
            if ($after->package($name) === []) {
                continue;
            }
            foreach (array_diff_key($before->patches($name), $after->patches($name)) as $patch => $source) {
                $lost[] = $name . ': ' . $patch . (is_string($source) && is_file($run->shop->path($source)) ? " ($source)" : '');
            }
        }

        return $lost;
    }

    /** Composer failed over a patch. */
    public static function failure(string $output, string $message, string $version): ?Failure
    {
        return preg_match(self::FAILED, $output) !== 1 ? null : new Failure(
            ExitCode::COMPOSER,
            'patch',
            $message,
            sprintf('A patch of yours does not fit release %s: adjust it, or take it out of composer.json (extra.patches) or its patches file, and run the command again.', $version),
        );
    }
}
