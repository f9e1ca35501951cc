<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;
use Lockstep\Tree;

/** How the staged project differs from the live one: packages, and the single files that Composer and its plugins wrote. */
final class Delta
{
    /** The tool as Composer installed it, with hashes; before the merge. */
    public ?Tree $released = null;

    /**
     * @param list<array{name: string, from: string, to: string, path: ?string}> $packages
     * @param list<string>                                                        $files    relative paths that differ, are new or are gone
     */
    private function __construct(
        private readonly array $packages,
        public array $files,
    ) {
    }

    public static function of(Shop $shop, Stage $stage): self
    {
        return new self(self::changedPackages($shop, $stage), self::changedFiles($shop, $stage));
    }

    /** Looks at the files again, after more of them were written. */
    public function refresh(Shop $shop, Stage $stage): void
    {
        $this->files = self::changedFiles($shop, $stage);
    }

    /** @return list<array{name: string, from: string, to: string}> */
    public function packages(): array
    {
        return array_map(static fn (array $package): array => ['name' => $package['name'], 'from' => $package['from'], 'to' => $package['to']], $this->packages);
    }

    /** @return list<string> directories of the changed packages, relative to the root */
    public function packagePaths(): array
    {
        return array_values(array_filter(array_column($this->packages, 'path'), 'is_string'));
    }

    /** @return list<array{name: string, from: string, to: string, path: ?string}> */
    private static function changedPackages(Shop $shop, Stage $stage): array
    {
        $before = self::installed($shop->installed()->packages());
        $after = self::installed(Site::read($stage->composer->project, $shop->vendor)['packages']);
        $changed = [];
        foreach ($before + $after as $name => $package) {
            $old = $before[$name] ?? null;
            $new = $after[$name] ?? null;
            $path = $new['path'] ?? $old['path'] ?? null;
            $same = $old !== null && $new !== null && $old['version'] === $new['version'] && $old['reference'] === $new['reference'];
            if ($same && $name !== Shop::TOOL && ($path === null || !self::isWritten($shop, $stage, $path))) {
                continue;
            }
            $changed[] = ['name' => (string) $name, 'from' => $old['version'] ?? '', 'to' => $new['version'] ?? '', 'path' => $path !== null && PathLinks::same($shop, $stage, $path) ? null : $path];
        }

        return $changed;
    }

    /**
     * A package whose version stays was written when a real directory with other bytes stands where the stage had a link or a
     * copy: a patch plugin installs packages anew that the lock does not name, and some plugins write into their own.
     */
    private static function isWritten(Shop $shop, Stage $stage, string $path): bool
    {
        if (is_link($stage->path($path)) || self::belowLink($stage, $path) || !is_dir($shop->path($path))) {
            return false;
        }
        $changes = Tree::scan($shop->path($path), [], true)->compare(Tree::scan($stage->path($path), [], true));

        return array_filter($changes, static fn (array $change): bool => $change['kind'] !== 'meta') !== [];
    }

    /** A package inside another linked directory is part of that. */
    private static function belowLink(Stage $stage, string $path): bool
    {
        for ($parent = dirname($path); $parent !== '.' && $parent !== '/'; $parent = dirname($parent)) {
            if (is_link($stage->path($parent))) {
                return true;
            }
        }

        return !file_exists($stage->path($path));
    }

    /**
     * @param list<array{name: string, version: string, type: string, path: ?string, reference: string, dist_type: string, dist_url: string, dist_shasum: string, dev: bool, installed: bool, locked: bool}> $packages
     * @return array<string, array{version: string, reference: string, path: ?string}>
     */
    private static function installed(array $packages): array
    {
        $installed = [];
        foreach ($packages as $package) {
            if ($package['installed']) {
                $installed[$package['name']] = ['version' => $package['version'], 'reference' => $package['reference'], 'path' => $package['path']];
            }
        }

        return $installed;
    }

    /** @return list<string> */
    private static function changedFiles(Shop $shop, Stage $stage): array
    {
        $changed = [];
        foreach ([$shop->vendor . '/composer', $stage->composer->binDirectory, 'app/etc', 'bin'] as $directory) {
            $changed = [...$changed, ...self::directory($shop, $stage, $directory)];
        }
        foreach ([$shop->vendor . '/autoload.php', 'composer.json', 'composer.lock'] as $file) {
            if (!self::equal($shop->path($file), $stage->path($file))) {
                $changed[] = $file;
            }
        }

        return $changed;
    }

    /** @return list<string> */
    private static function directory(Shop $shop, Stage $stage, string $directory): array
    {
        if (!is_dir($shop->path($directory))) {
            return is_dir($stage->path($directory)) && Files::names($stage->path($directory)) !== [] ? [$directory] : [];
        }
        $changed = [];
        $names = array_unique([...Files::names($shop->path($directory)), ...Files::names($stage->path($directory))]);
        foreach ($names as $name) {
            $path = $directory . '/' . $name;
            $staged = $stage->path($path);
            $isLinkToLive = is_link($staged) && readlink($staged) === $shop->path($path);
            if ($isLinkToLive || is_dir($staged) || is_dir($shop->path($path))) {
                continue; // directories are packages
            }
            if (!self::equal($shop->path($path), $staged)) {
                $changed[] = $path;
            }
        }

        return $changed;
    }

    private static function equal(string $live, string $staged): bool
    {
        if (is_link($live) || is_link($staged)) {
            return is_link($live) && is_link($staged) && readlink($live) === readlink($staged);
        }
        if (!is_file($live) || !is_file($staged) || filesize($live) !== filesize($staged)) {
            return false;
        }

        return hash_file('sha256', $live) === hash_file('sha256', $staged) && (fileperms($live) & 0111) === (fileperms($staged) & 0111);
    }
}
