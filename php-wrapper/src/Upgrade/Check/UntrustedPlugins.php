<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** Every installed plugin is allowed or forbidden in config.allow-plugins: about others Composer would ask, and fails when it cannot. */
final class UntrustedPlugins implements Check
{
    private const TYPES = ['composer-plugin', 'composer-installer'];
    /** Composer asks since then. */
    private const SINCE = '2.2.0';

    public function find(Run $run): array
    {
        $lock = LockedPackages::read($run->shop->path('composer.lock'));
        $rules = self::rules($run);
        if (version_compare($run->composer()->version($run->stage()->composer), self::SINCE, '<') || $rules === null) {
            return [];
        }
        if ($rules === [] && $lock !== null && version_compare($lock->pluginApi === '' ? '1' : $lock->pluginApi, self::SINCE, '<')) {
            return []; // a lock file from before the question: Composer lets all plugins run
        }
        $undecided = [];
        foreach ($run->shop->installed()->packages() as $package) {
            if ($package['installed'] && in_array($package['type'], self::TYPES, true) && !self::decided($package['name'], $rules) && $lock?->isOptionalPlugin($package['name']) !== true) {
                $undecided[] = $package['name'];
            }
        }

        return $undecided === [] ? [] : [Finding::error(
            'untrusted-plugins',
            sprintf('Composer plugins are installed that config.allow-plugins of composer.json does not name: %s. Composer refuses to run with them.', implode(', ', $undecided)),
            'Decide on each (true lets it run): ' . implode(' && ', array_map(static fn (string $name): string => sprintf('composer config --no-plugins allow-plugins.%s true', $name), $undecided)),
        )];
    }

    /** @return ?list<string> patterns of plugins that are decided on; null when one answer holds for all */
    private static function rules(Run $run): ?array
    {
        $home = $run->composer()->environment()->composerHome() . '/config.json';
        $json = is_file($home) && is_readable($home) ? json_decode((string) file_get_contents($home), true) : null;
        $global = is_array($json) && is_array($json['config'] ?? null) ? $json['config']['allow-plugins'] ?? [] : [];
        $own = Manifest::of($run->shop)->config('allow-plugins') ?? [];
        if (!is_array($own) || ($own === [] && !is_array($global))) {
            return null;
        }

        return array_map(strval(...), array_keys($own + (is_array($global) ? $global : [])));
    }

    /** @param list<string> $rules */
    private static function decided(string $package, array $rules): bool
    {
        foreach ($rules as $rule) {
            if (preg_match('{^' . str_replace('\\*', '.*', preg_quote($rule)) . '$}iD', $package) === 1) {
                return true;
            }
        }

        return false;
    }
}
