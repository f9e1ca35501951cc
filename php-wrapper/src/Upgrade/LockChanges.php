<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;

/** What Composer wants to change besides the tool: stopped, unless it was agreed to; new plugins, scripts, repositories and places to fetch from always. */
final class LockChanges
{
    private const PLUGINS = ['composer-plugin', 'composer-installer'];

    public static function check(Run $run): void
    {
        try {
            $changes = Site::compareLocks($run->shop->path('composer.lock'), $run->stage()->path('composer.lock'));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'The new composer.lock cannot be compared');
        }
        ManifestChanges::check($run);
        $others = [];
        foreach ($changes as $change) {
            $installed = $run->shop->installed()->package($change['name']);
            if ($change['to'] !== '' && in_array($change['type'], self::PLUGINS, true) && !in_array($installed['type'] ?? '', self::PLUGINS, true)) {
                throw new Failure(ExitCode::COMPOSER, 'new-plugin', sprintf('Composer would add the plugin %s %s, which runs code in every Composer run.', $change['name'], $change['to']), 'Look at it, and require it yourself first if it is meant.');
            }
            $linked = $change['path_package'] && is_link($run->shop->path($installed['path'] ?? '')); // its files change without Composer
            if ($change['name'] !== Shop::TOOL && !($change['reference_only'] && $linked)) {
                $others[] = sprintf('%s %s → %s', $change['name'], $change['from'] === '' ? '–' : $change['from'], $change['to'] === '' ? '–' : $change['to']);
            }
        }
        if ($others !== [] && !$run->options->withDependencies) {
            throw new Failure(ExitCode::COMPOSER, 'dependencies', sprintf("Composer would change %d other packages:\n  %s", count($others), implode("\n  ", $others)), 'Agree to that with --with-dependencies.');
        }
        Origins::check($run);
    }
}
