<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Export\Way;

/** What becomes of the patches that a Composer plugin applies: those that fit no more are told, whether the plugin stops or goes on. */
final class Patches
{
    private const FAILED = '~(?:Cannot|Could not|Failed to) apply patch|was able to apply patch|composer-patch failure~i';

    /**
     * The patches that a plugin applied to a package. The patch of an earlier export is none of them: what is in it are the
     * customizations, which are found by themselves.
     *
     * @return array<mixed>
     */
    public static function applied(InstalledJson $installed, string $name): array
    {
        return array_filter(
            $installed->patches($name),
            static fn (mixed $source, int|string $patch): bool => !Way::isOurs($source) && !Way::isOurs($patch),
            ARRAY_FILTER_USE_BOTH,
        );
    }

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
            foreach (array_diff_key(self::applied($before, $name), $after->patches($name)) as $patch => $source) {
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
