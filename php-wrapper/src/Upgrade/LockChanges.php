<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;

/** What Composer wants to change besides the tool: stopped, unless it was agreed to; new plugins and repositories always. */
final class LockChanges
{
    public static function check(Run $run): void
    {
        try {
            $changes = Site::compareLocks($run->shop->path('composer.lock'), $run->stage()->path('composer.lock'));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::COMPOSER, 'The new composer.lock cannot be compared');
        }
        $others = [];
        foreach ($changes as $change) {
            if ($change['name'] === Shop::TOOL || ($change['reference_only'] && $change['path_package'])) {
                continue;
            }
            if ($change['from'] === '' && in_array($change['type'], ['composer-plugin', 'composer-installer'], true)) {
                throw new Failure(ExitCode::COMPOSER, 'new-plugin', sprintf('Composer would add the plugin %s %s, which runs code in every Composer run.', $change['name'], $change['to']), 'Look at it, and require it yourself first if it is meant.');
            }
            $others[] = sprintf('%s %s → %s', $change['name'], $change['from'] === '' ? '–' : $change['from'], $change['to'] === '' ? '–' : $change['to']);
        }
        if ($others !== [] && !$run->options->withDependencies) {
            throw new Failure(ExitCode::COMPOSER, 'dependencies', sprintf("Composer would change %d other packages:\n  %s", count($others), implode("\n  ", $others)), 'Agree to that with --with-dependencies.');
        }
        self::checkRepositories($run);
        self::checkSource($run);
    }

    private static function checkRepositories(Run $run): void
    {
        $before = Manifest::of($run->shop)->repositorySet();
        $new = array_diff(Manifest::read($run->stage()->composer->project)->repositorySet(), $before);
        if ($new !== []) {
            throw new Failure(ExitCode::COMPOSER, 'new-repository', sprintf('Composer, or a plugin of it, added a repository to composer.json: %s', implode(', ', $new)), 'Add it yourself first if it is meant.');
        }
    }

    /** The tool must come from where it came before: another source of the same name may be somebody else's. */
    private static function checkSource(Run $run): void
    {
        $before = self::source($run->shop->installed()->package(Shop::TOOL)['dist_url'] ?? '');
        $after = self::source(LockedPackages::read($run->stage()->path('composer.lock'))?->distUrl(Shop::TOOL) ?? '');
        if ($before === '' || $after === '' || $before === $after) {
            return;
        }
        if (!$run->options->withDependencies) {
            throw new Failure(ExitCode::COMPOSER, 'other-source', sprintf('The tool would come from %s; the installed one came from %s.', $after, $before), 'If that is meant, agree with --with-dependencies.');
        }
        $run->reporter->warning(sprintf('The tool comes from %s now; it came from %s before.', $after, $before));
    }

    /** The host, or "a local file". */
    private static function source(string $url): string
    {
        if ($url === '') {
            return '';
        }
        $host = parse_url($url, PHP_URL_HOST);

        return is_string($host) && $host !== '' ? $host : 'a local file';
    }
}
