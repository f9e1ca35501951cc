<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * The order of the renames, such that the site boots after each of them: an autoloader never names a file that is not there.
 *
 * A package goes before the autoloader when the new package has all the files that the old autoloader includes from it;
 * else after it, when the old package has all that the new autoloader includes; a package that allows neither is refused.
 */
final class CommitOrder
{
    /** New files first; then what they are read by; the registers of packages last. */
    private const AUTOLOADER = [
        'LICENSE', 'platform_check.php', 'ClassLoader.php', 'include_paths.php', 'autoload_namespaces.php', 'autoload_psr4.php',
        'autoload_classmap.php', 'autoload_files.php', 'autoload_static.php', 'autoload_real.php',
    ];

    /** @return list<string> paths relative to the root */
    public static function of(Run $run): array
    {
        $shop = $run->shop;
        $stage = $run->stage();
        [$first, $last] = self::packages($run);
        [$added, $changed, $removed] = self::autoloader($run);
        $files = $run->delta()->files;
        $other = array_values(array_filter($files, static fn (string $path): bool => !str_starts_with($path, $shop->vendor . '/composer/') && $path !== $shop->vendor . '/autoload.php' && !in_array($path, ['composer.json', 'composer.lock'], true)));
        $autoload = $shop->vendor . '/autoload.php';
        $items = [
            ...$first, ...$added, ...$changed, ...(in_array($autoload, $files, true) ? [$autoload] : []), ...$removed, ...$last,
            ...$other, ...$run->modules->commit, ...array_values(array_intersect(['composer.json', 'composer.lock'], $files)),
        ];

        $items = array_filter($items, static fn (string $path): bool => Files::exists($shop->path($path)) || Files::exists($stage->path($path)));

        return array_values(array_unique(array_map(static fn (string $path): string => self::whole($path, $shop, $stage), $items)));
    }

    /** What comes with a new directory is that directory; what goes needs a place in the stage to go to. */
    private static function whole(string $path, Shop $shop, Stage $stage): string
    {
        for ($parent = dirname($path); $parent !== '.' && !is_dir($shop->path($parent)); $parent = dirname($parent)) {
            $path = $parent;
        }
        if (!is_dir(dirname($stage->path($path)))) {
            mkdir(dirname($stage->path($path)), 0755, true);
        }

        return $path;
    }

    /** @return array{list<string>, list<string>} packages before the autoloader, and after it */
    private static function packages(Run $run): array
    {
        $vendor = $run->shop->vendor;
        $old = self::included($run->shop->root, $vendor);
        $new = self::included($run->stage()->composer->project, $vendor);
        [$first, $last] = [[], []];
        foreach ($run->delta()->packagePaths() as $path) {
            if (self::allExist($old, $path, $run->stage()->composer->project)) {
                $first[] = $path;
            } elseif (self::allExist($new, $path, $run->shop->root)) {
                $last[] = $path;
            } else {
                throw new Failure(
                    ExitCode::COMPOSER,
                    'order',
                    sprintf('Between the old and the new "%s" neither order of swapping keeps the site running: each release includes a file that the other does not have.', $path),
                    'Upgrade while the site is down: composer require ' . Shop::TOOL . ':' . $run->to . '; "migration:tool:backup" and "migration:tool:diff" keep your customizations.',
                );
            }
        }

        return [$first, $last];
    }

    /**
     * @param list<string> $included relative to the root
     */
    private static function allExist(array $included, string $package, string $root): bool
    {
        foreach ($included as $path) {
            if (str_starts_with($path . '/', $package . '/') && !file_exists($root . '/' . $path)) {
                return false;
            }
        }

        return true;
    }

    /**
     * Files that the autoloader includes at each start, and directories that it looks in.
     *
     * @return list<string> relative to the root
     */
    private static function included(string $root, string $vendor): array
    {
        $text = '';
        foreach (['autoload_files.php', 'autoload_psr4.php', 'autoload_namespaces.php'] as $file) {
            $path = $root . '/' . $vendor . '/composer/' . $file;
            $text .= is_file($path) ? (string) file_get_contents($path) : '';
        }
        preg_match_all("/\\\$(vendor|base)Dir \. '\/((?:[^'\\\\]|\\\\.)*)'/", $text, $matches, PREG_SET_ORDER);

        return array_map(static fn (array $match): string => ($match[1] === 'vendor' ? $vendor . '/' : '') . stripslashes($match[2]), $matches);
    }

    /** @return array{list<string>, list<string>, list<string>} added, exchanged and removed files of vendor/composer */
    private static function autoloader(Run $run): array
    {
        $directory = $run->shop->vendor . '/composer/';
        $groups = [[], [], []];
        foreach ($run->delta()->files as $path) {
            if (str_starts_with($path, $directory)) {
                $groups[!Files::exists($run->shop->path($path)) ? 0 : (!Files::exists($run->stage()->path($path)) ? 2 : 1)][] = $path;
            }
        }
        $rank = array_flip(array_map(static fn (string $file): string => $directory . $file, self::AUTOLOADER));
        usort($groups[1], static fn (string $a, string $b): int => [$rank[$a] ?? 99, $a] <=> [$rank[$b] ?? 99, $b]);

        return [$groups[0], $groups[1], $groups[2]];
    }
}
