<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Shop\PathInRoot;
use Lockstep\MigrationTool\Shop\Shop;

/** The files that installed packages and the root list under autoload.classmap: what a class map holds without being optimized. */
final class ListedClasses
{
    /** @param string $pattern matches absolute paths */
    private function __construct(private readonly string $pattern)
    {
    }

    public static function of(Shop $shop): self
    {
        $directory = (string) realpath($shop->path($shop->vendor . '/composer'));
        $root = is_file($shop->path('composer.json')) ? json_decode((string) file_get_contents($shop->path('composer.json')), true) : null;
        $patterns = [];
        foreach (['autoload', 'autoload-dev'] as $section) {
            $patterns = [...$patterns, ...self::patterns($shop->root, is_array($root) ? $root[$section] ?? null : null)];
        }
        foreach (InstalledJson::of($shop)->packages as $name => $package) {
            $path = is_string($package['install-path'] ?? null) ? $package['install-path'] : '../' . $name;
            $patterns = [...$patterns, ...self::patterns(PathInRoot::plain($directory . '/' . $path), $package['autoload'] ?? null)];
        }

        return new self($patterns === [] ? '~(?!)~' : '~^(?:' . implode('|', $patterns) . ')~');
    }

    public function has(string $file): bool
    {
        return preg_match($this->pattern, $file) === 1;
    }

    /** @return list<string> */
    private static function patterns(string $base, mixed $autoload): array
    {
        $patterns = [];
        $entries = is_array($autoload) ? $autoload['classmap'] ?? [] : [];
        foreach (is_array($entries) ? $entries : [] as $entry) {
            if (is_string($entry)) {
                $entry = preg_quote(trim((string) preg_replace('~^(\./)+~', '', $entry), '/'), '~');
                $patterns[] = preg_quote($base, '~') . ($entry === '' ? '' : '/' . strtr($entry, ['\*\*' => '.+', '\*' => '[^/]+'])) . '(?:/|$)';
            }
        }

        return $patterns;
    }
}
