<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** Composer can write to its cache: else it downloads everything anew, and the installed release each time. */
final class ComposerHome implements Check
{
    public function find(Run $run): array
    {
        $environment = $run->composer()->environment();
        $findings = [];
        foreach (['home' => $environment->composerHome(), 'cache' => $environment->cache()] as $what => $path) {
            $existing = $path;
            while (!file_exists($existing) && $existing !== dirname($existing)) {
                $existing = dirname($existing);
            }
            if (!is_dir($existing) || !is_writable($existing)) {
                $findings[] = Finding::warning(
                    'composer-' . $what,
                    sprintf('Composer\'s %s "%s" cannot be written to.', $what, $path),
                    sprintf('Let the Magento file system owner write to "%s", or set %s to a directory of its own.', $existing, $what === 'home' ? 'COMPOSER_HOME' : 'COMPOSER_CACHE_DIR'),
                );
            }
        }

        return $findings;
    }
}
