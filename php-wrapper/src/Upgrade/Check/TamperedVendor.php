<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\InstalledPhp;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** vendor/composer/installed.php is what Composer makes of installed.json: Composer before 2.7 includes it, so a changed one would run. */
final class TamperedVendor implements Check
{
    public function find(Run $run): array
    {
        $file = $run->shop->path($run->shop->vendor . '/composer/installed.php');
        if (!is_file($file)) {
            return []; // Composer 1 and the first 2.0 make none
        }
        $versions = InstalledPhp::versions((string) file_get_contents($file));
        if ($versions === null) {
            return [self::finding($file, 'holds something else than data')];
        }
        unset($versions[Manifest::of($run->shop)->name()]);
        $installed = array_filter($run->shop->installed()->packages(), static fn (array $package): bool => $package['installed']);
        $differing = array_keys(array_diff_assoc($versions, $said = array_column($installed, 'version', 'name')) + array_diff_assoc($said, $versions));

        return $differing === [] ? [] : [self::finding($file, sprintf('does not say the same of %s as installed.json', implode(', ', array_slice($differing, 0, 5))))];
    }

    private static function finding(string $file, string $what): Finding
    {
        return Finding::error(
            'vendor-tampered',
            sprintf('"%s" %s. Composer does not run from this vendor.', $file, $what),
            'Look at it and at who changed it. Then take vendor from a backup or from "composer install" in a clean checkout.',
        );
    }
}
