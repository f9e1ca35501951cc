<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/**
 * How composer.json differs from what composer.lock was made of, as far as the lock lets it be known: it keeps the packages, the
 * platform and the stability that were asked for, not the requirements themselves.
 */
final class StaleLock
{
    private const PLATFORM = '~^(?:php(?:-.+)?|hhvm|(?:ext|lib)-.+|composer(?:-plugin-api|-runtime-api)?)$~i';
    private const SECTIONS = ['require' => 'packages', 'require-dev' => 'packages-dev'];

    /** @var array<string, array<string, array<mixed>>> section of composer.json => locked packages by name */
    private array $locked = ['require' => [], 'require-dev' => []];
    /** @var array<string, list<string>> name => locked packages that provide or replace it, or are it */
    private array $providers = [];

    /**
     * @param array<mixed> $json composer.json
     * @param array<mixed> $lock composer.lock
     */
    public function __construct(
        private readonly array $json,
        private readonly array $lock,
    ) {
        foreach (self::SECTIONS as $section => $key) {
            foreach (self::map($lock, $key) as $package) {
                if (is_array($package) && is_string($package['name'] ?? null)) {
                    $this->locked[$section][$package['name']] = $package;
                    foreach ([$package['name'], ...self::names($package, 'provide'), ...self::names($package, 'replace')] as $name) {
                        $this->providers[$name][] = $package['name'];
                    }
                }
            }
        }
    }

    /**
     * @param list<string> $unsatisfied what Composer says of locked versions that a constraint does not allow
     * @return list<string> one difference a line; [] when nothing that the lock keeps differs
     */
    public function differences(array $unsatisfied): array
    {
        return [...$this->added(), ...$unsatisfied, ...$this->gone(), ...$this->platform(), ...$this->stability()];
    }

    /**
     * Without the repositories and the scripts: a composer.json that is good for asking whether the locked versions fit.
     *
     * @return array<string, mixed>
     */
    public function question(): array
    {
        $platform = self::map(self::map($this->json, 'config'), 'platform');

        return ['require' => (object) self::map($this->json, 'require'), 'require-dev' => (object) self::map($this->json, 'require-dev')]
            + array_intersect_key($this->json, ['minimum-stability' => 1, 'prefer-stable' => 1])
            + ['config' => ['allow-plugins' => false] + ($platform === [] ? [] : ['platform' => $platform])];
    }

    /** @return list<string> */
    private function added(): array
    {
        $lines = [];
        foreach (self::SECTIONS as $section => $key) {
            foreach (self::map($this->json, $section) as $name => $constraint) {
                $name = strtolower((string) $name);
                if (preg_match(self::PLATFORM, $name) === 1) {
                    continue;
                }
                $providers = $this->providers[$name] ?? [];
                if ($providers === []) {
                    $lines[] = sprintf('%s "%s" is required (%s), and is not locked', $name, self::text($constraint), $section);
                } elseif ($section === 'require' && isset($this->locked['require-dev'][$name])) {
                    $lines[] = sprintf('%s is in "require" now, and is locked among %s', $name, self::SECTIONS['require-dev']);
                }
            }
        }

        return $lines;
    }

    /**
     * Locked packages that nothing leads to any more; those that only they require go with them.
     *
     * @return list<string>
     */
    private function gone(): array
    {
        $all = $this->locked['require'] + $this->locked['require-dev'];
        $reached = [];
        $queue = [...self::names($this->json, 'require'), ...self::names($this->json, 'require-dev')];
        while (($name = array_pop($queue)) !== null) {
            foreach ($this->providers[$name] ?? [] as $package) {
                if (!isset($reached[$package])) {
                    $reached[$package] = true;
                    $queue = [...$queue, ...self::names($all[$package], 'require')];
                }
            }
        }
        $left = array_diff_key($all, $reached);
        $needed = [];
        foreach ($left as $package) {
            foreach (self::names($package, 'require') as $name) {
                $needed += array_flip($this->providers[$name] ?? []);
            }
        }

        return array_map(
            static fn (array $package): string => sprintf('%s %s is locked, and nothing requires it any more', self::text($package['name'] ?? ''), self::text($package['version'] ?? '')),
            array_values(array_diff_key($left, $needed) ?: $left),
        );
    }

    /** @return list<string> */
    private function platform(): array
    {
        $lines = [];
        foreach (['require' => 'platform', 'require-dev' => 'platform-dev'] as $section => $key) {
            $now = array_filter(self::map($this->json, $section), static fn (string $name): bool => preg_match(self::PLATFORM, $name) === 1, ARRAY_FILTER_USE_KEY);
            $lines = [...$lines, ...self::changes(array_change_key_case($now), array_change_key_case(self::map($this->lock, $key)), $section)];
        }

        return [...$lines, ...self::changes(self::map(self::map($this->json, 'config'), 'platform'), self::map($this->lock, 'platform-overrides'), 'config.platform')];
    }

    /** @return list<string> */
    private function stability(): array
    {
        $lines = [];
        foreach (['minimum-stability' => 'stable', 'prefer-stable' => false] as $key => $default) {
            [$now, $then] = [$this->json[$key] ?? $default, $this->lock[$key] ?? $default];
            if ($now !== $then) {
                $lines[] = sprintf('%s is %s, and was %s', $key, json_encode($now), json_encode($then));
            }
        }

        return $lines;
    }

    /**
     * @param array<mixed> $now
     * @param array<mixed> $then
     * @return list<string>
     */
    private static function changes(array $now, array $then, string $where): array
    {
        $lines = [];
        foreach ($now + $then as $name => $value) {
            if (($now[$name] ?? null) !== ($then[$name] ?? null)) {
                $lines[] = sprintf('%s (%s): %s, was %s', $name, $where, isset($now[$name]) ? json_encode($now[$name], JSON_UNESCAPED_SLASHES) : 'gone', isset($then[$name]) ? json_encode($then[$name], JSON_UNESCAPED_SLASHES) : 'not there');
            }
        }

        return $lines;
    }

    /**
     * @param array<mixed> $package
     * @return list<string> lower case
     */
    private static function names(array $package, string $key): array
    {
        return array_map(static fn (int|string $name): string => strtolower((string) $name), array_keys(self::map($package, $key)));
    }

    /**
     * @param array<mixed> $from
     * @return array<mixed>
     */
    private static function map(array $from, string $key): array
    {
        return is_array($from[$key] ?? null) ? $from[$key] : [];
    }

    private static function text(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }
}
