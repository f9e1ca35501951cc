<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/** The packages of one composer.lock, where more is asked of them than the core tells. */
final class LockedPackages
{
    /** @param array<string, array<mixed>> $packages by name */
    private function __construct(
        private readonly array $packages,
        public readonly string $contentHash,
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

        return new self($packages, is_string($lock['content-hash'] ?? null) ? $lock['content-hash'] : '');
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

    private static function text(mixed $value): string
    {
        return is_string($value) ? $value : '';
    }
}
