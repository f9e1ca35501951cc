<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** What a commit left in the shop and in its undo copy, noted beside the closed journal: the proof that an undo gives exactly the old state. */
final class Record
{
    /** Looked at even where the commit did not change them: they tell the installed packages. */
    public const REGISTERS = ['composer.json', 'composer.lock'];
    /** So are these, in vendor/composer: dumped anew since, they name the files of what the undo takes away. */
    private const MAPS = ['autoload_classmap.php', 'autoload_static.php'];

    /**
     * @param string                                              $project  the staged root, relative to the shop's root
     * @param list<string>                                        $items    what was swapped, in order
     * @param list<array{name: string, from: string, to: string}> $packages what the commit changed
     * @param array<string, string>                               $live     Contents in the shop after the commit
     * @param array<string, string>                               $kept     Contents of the undo copy
     */
    private function __construct(
        public readonly string $project,
        public readonly array $items,
        public readonly array $packages,
        public readonly array $live,
        public readonly array $kept,
    ) {
    }

    /**
     * Written after the renames and before the journal is closed.
     *
     * @param list<string>                                        $items
     * @param list<array{name: string, from: string, to: string}> $packages
     */
    public static function write(Shop $shop, string $id, string $run, string $project, array $items, array $packages): void
    {
        Tree::privateDirectory($shop->state('undo/' . $id));
        Tree::put(self::file($shop, $id, $run), json_encode([
            'project' => $project,
            'items' => $items,
            'packages' => $packages,
            'live' => Contents::of($shop->root, self::looked($shop, $items)),
            'kept' => Contents::of($shop->path($project), $items),
        ], JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");
    }

    /** Null when it is missing or damaged. */
    public static function read(Shop $shop, Kept $kept): ?self
    {
        $file = self::file($shop, $kept->id, $kept->run);
        $json = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($json)) {
            return null;
        }
        foreach (['items', 'packages', 'live', 'kept'] as $key) {
            if (!is_array($json[$key] ?? null)) {
                return null;
            }
        }
        $packages = [];
        foreach ($json['packages'] as $package) {
            if (is_array($package) && is_string($package['name'] ?? null) && is_string($package['from'] ?? null) && is_string($package['to'] ?? null)) {
                $packages[] = ['name' => $package['name'], 'from' => $package['from'], 'to' => $package['to']];
            }
        }

        $items = array_values(array_filter($json['items'], 'is_string'));
        $project = is_string($json['project'] ?? null) ? $json['project'] : '';
        foreach ([$project, ...$items] as $path) {
            if (preg_match('~(^|/)\.{0,2}(/|$)~', $path) === 1) {
                return null;
            }
        }

        return new self($project, $items, $packages, self::map($json['live']), self::map($json['kept']));
    }

    /**
     * The same seen from the other side.
     *
     * @return list<array{name: string, from: string, to: string}>
     */
    public function packagesBack(): array
    {
        return array_map(static fn (array $package): array => ['name' => $package['name'], 'from' => $package['to'], 'to' => $package['from']], $this->packages);
    }

    /** @return array<string, string> what lies in the shop now, where this record looks */
    public function now(Shop $shop): array
    {
        return Contents::of($shop->root, self::looked($shop, $this->items));
    }

    public static function fileName(string $run): string
    {
        return $run . '.json';
    }

    private static function file(Shop $shop, string $id, string $run): string
    {
        return $shop->state('undo/' . $id . '/' . self::fileName($run));
    }

    /**
     * @param list<string> $items
     *
     * @return list<string>
     */
    private static function looked(Shop $shop, array $items): array
    {
        return array_values(array_unique([...$items, ...self::REGISTERS, $shop->vendor . '/composer/installed.json', ...self::maps($shop)]));
    }

    /** @return list<string> */
    public static function maps(Shop $shop): array
    {
        return array_map(static fn (string $name): string => $shop->vendor . '/composer/' . $name, self::MAPS);
    }

    /**
     * @param array<mixed> $map
     *
     * @return array<string, string>
     */
    private static function map(array $map): array
    {
        $strings = [];
        foreach ($map as $path => $noted) {
            $strings[(string) $path] = is_string($noted) ? $noted : '';
        }

        return $strings;
    }
}
