<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Status\FollowUp;

/** What the user still has to do after an upgrade, as commands or sentences. */
final class NextSteps
{
    /** @return list<string> */
    public static function of(Run $run): array
    {
        $shop = $run->shop;
        $steps = $run->committed ? FollowUp::of($shop) : [];
        if (!$run->options->runScripts) {
            foreach (Manifest::of($shop)->scripts() as $event) {
                $steps[] = 'composer run-script ' . $event;
            }
        }
        if (is_dir($shop->path('generated/metadata'))) {
            $steps[] = 'bin/magento setup:di:compile';
        } elseif (is_dir($shop->path('generated/code/Migration'))) {
            $steps[] = 'rm -r generated/code/Migration';
        }
        if (self::isProduction($run) || ini_get('opcache.validate_timestamps') === '0') {
            $steps[] = 'Reload PHP-FPM if its opcache does not look at timestamps (opcache.validate_timestamps=0).';
        }
        if (file_exists($shop->path('.git'))) {
            $steps[] = 'git commit composer.json composer.lock';
        }
        if ($run->options->onConflict !== 'stop' && $run->merge->paths('conflict') !== []) {
            $steps[] = 'Look at the conflicts: each file has the other side beside it, as .mine or .new.';
        }

        return $steps;
    }

    private static function isProduction(Run $run): bool
    {
        $file = $run->shop->path('app/etc/env.php');

        return is_file($file) && preg_match('/[\'"]MAGE_MODE[\'"]\s*=>\s*[\'"]production[\'"]/', (string) file_get_contents($file)) === 1;
    }
}
