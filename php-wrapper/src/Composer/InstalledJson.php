<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Export\Way;

/** The packages of Composer's installed.json, where more is asked of them than the core tells. */
final class InstalledJson
{
    /** @param array<string, array<mixed>> $packages by name */
    private function __construct(public readonly array $packages)
    {
    }

    public static function of(Shop $shop): self
    {
        return self::read(self::file($shop->path($shop->vendor)));
    }

    public static function read(string $file): self
    {
        $json = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        $json = is_array($json) ? $json : [];
        $packages = [];
        foreach (is_array($json['packages'] ?? null) ? $json['packages'] : $json as $package) {
            if (is_array($package) && is_string($package['name'] ?? null)) {
                $packages[$package['name']] = $package;
            }
        }

        return new self($packages);
    }

    public static function file(string $vendor): string
    {
        return $vendor . '/composer/installed.json';
    }

    /** @return array<mixed> empty when there is no such package */
    public function package(string $name): array
    {
        return $this->packages[$name] ?? [];
    }

    /**
     * The patches that a plugin applied, as it noted them in extra.patches_applied; not those of an export: they hold the user's
     * own customizations.
     *
     * @return array<mixed>
     */
    public function patches(string $name): array
    {
        $extra = $this->package($name)['extra'] ?? null;
        $patches = is_array($extra) ? $extra['patches_applied'] ?? null : null;

        return array_filter(is_array($patches) ? $patches : [], static fn (mixed $source, int|string $name): bool => !Way::isOurs($source) && !Way::isOurs($name), ARRAY_FILTER_USE_BOTH);
    }

    /** Takes a package out of the file, so that Composer installs it anew and asks nothing of what is there. */
    public static function forget(string $file, string $name): void
    {
        $json = json_decode((string) file_get_contents($file), false, 512, JSON_THROW_ON_ERROR);
        if ($json instanceof \stdClass && is_array($json->packages ?? null)) {
            $json->packages = array_values(array_filter($json->packages, static fn (mixed $package): bool => !$package instanceof \stdClass || ($package->name ?? null) !== $name));
            file_put_contents($file, json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
        }
    }
}
