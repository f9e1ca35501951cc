<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/** The packages of one composer.lock, where more is asked of them than the core tells. */
final class LockedPackages
{
    /**
     * @param array<string, array<mixed>> $packages  by name
     * @param string                      $pluginApi of the Composer that wrote it, "" when it does not say
     * @param array<mixed>                $platform  what the root package requires of PHP
     */
    private function __construct(
        private readonly array $packages,
        public readonly string $contentHash,
        public readonly string $pluginApi,
        private readonly array $platform,
    ) {
    }

    /** Null when the file is missing or is not JSON. */
    public static function read(string $file): ?self
    {
        $lock = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($lock)) {
            return null;
        }
        $packages = [];
        foreach ([$lock['packages'] ?? [], $lock['packages-dev'] ?? []] as $section) {
            foreach (is_array($section) ? $section : [] as $package) {
                if (is_array($package) && is_string($package['name'] ?? null)) {
                    $packages[$package['name']] = $package;
                }
            }
        }

        $platform = array_merge(...array_map(static fn (string $key): array => is_array($lock[$key] ?? null) ? $lock[$key] : [], ['platform', 'platform-dev']));

        return new self($packages, self::text($lock['content-hash'] ?? null), self::text($lock['plugin-api-version'] ?? null), $platform);
    }

    /** Composer 1 wrote no plugin-api-version, or 1.1.0 in its last releases. */
    public function byComposerOne(): bool
    {
        return version_compare($this->pluginApi === '' ? '1' : $this->pluginApi, '2', '<');
    }

    /** @return list<string> names of all packages */
    public function packageNames(): array
    {
        return array_map('strval', array_keys($this->packages));
    }

    /**
     * Every address from which Composer may fetch a package: archive, checkout, and the mirrors of both.
     *
     * @return list<array{kind: string, type: string, url: string, reference: string}> kind: dist or source
     */
    public function addresses(string $package): array
    {
        $addresses = [];
        foreach (['dist', 'source'] as $kind) {
            $place = $this->packages[$package][$kind] ?? null;
            if (!is_array($place)) {
                continue;
            }
            foreach ([$place, ...(is_array($place['mirrors'] ?? null) ? $place['mirrors'] : [])] as $one) {
                $url = self::text(is_array($one) ? $one['url'] ?? null : null);
                if ($url !== '') {
                    $addresses[] = ['kind' => $kind, 'type' => self::text($place['type'] ?? null), 'url' => $url, 'reference' => self::text($place['reference'] ?? null)];
                }
            }
        }

        return $addresses;
    }

    /** Does a package bring patches of others, for composer-patches? */
    public function havePatches(): bool
    {
        foreach ($this->packages as $package) {
            $extra = $package['extra'] ?? null;
            if (is_array($extra) && !in_array($extra['patches'] ?? [], [[], null], true)) {
                return true;
            }
        }

        return false;
    }

    public function version(string $package): string
    {
        return self::text($this->packages[$package]['version'] ?? null);
    }

    public function distUrl(string $package): string
    {
        $dist = $this->packages[$package]['dist'] ?? null;

        return self::text(is_array($dist) ? $dist['url'] ?? null : null);
    }

    /** The PHP that a package requires, "" when it does not say. */
    public function php(string $package): string
    {
        $require = $this->packages[$package]['require'] ?? null;

        return self::text(is_array($require) ? $require['php'] ?? null : null);
    }

    /**
     * PHP extensions that are required, without those that a locked package stands in for.
     *
     * @return array<string, string> "ext-intl" => who requires it
     */
    public function extensions(): array
    {
        $required = array_fill_keys(self::names($this->platform), 'composer.json');
        $provided = [];
        foreach ($this->packages as $name => $package) {
            $required += array_fill_keys(self::names($package['require'] ?? null), $name);
            $provided += array_flip([...self::names($package['provide'] ?? null), ...self::names($package['replace'] ?? null)]);
        }
        $extensions = [];
        foreach (array_diff_key($required, $provided) as $name => $by) {
            if (str_starts_with($name, 'ext-')) {
                $extensions[$name] = $by;
            }
        }

        return $extensions;
    }

    /** A plugin that says itself that it need not run. */
    public function isOptionalPlugin(string $package): bool
    {
        $extra = $this->packages[$package]['extra'] ?? null;

        return is_array($extra) && ($extra['plugin-optional'] ?? null) === true;
    }

    /** @return list<string> */
    private static function names(mixed $links): array
    {
        return array_map(strtolower(...), array_map(strval(...), array_keys(is_array($links) ? $links : [])));
    }

    private static function text(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }
}
