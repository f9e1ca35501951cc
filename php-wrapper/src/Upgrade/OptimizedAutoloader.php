<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Verification\Probe;

/**
 * Gives the staged autoloader the live one's optimized class map, brought up to date for the changed packages alone.
 *
 * Composer would scan every package of the shop (10 seconds and more), and in a stage of links its exclusions do not match,
 * so that thousands of test classes come in. The result has the bytes that "composer install -o" in the live tree writes.
 */
final class OptimizedAutoloader
{
    private const ENTRY = '/^\s+(\'(?:[^\'\\\\]|\\\\.)*\') => (.*),$/';

    public static function write(Shop $shop, Stage $stage, Delta $delta, AutoloaderFlags $flags): void
    {
        $composer = $shop->vendor . '/composer/';
        $changed = array_map(static fn (string $path): string => substr($path, strlen($shop->vendor)) . '/', $delta->packagePaths());
        $files = []; // class => path below vendor
        foreach ($delta->packagePaths() as $path) {
            $files += self::scan($shop, $stage, $path);
        }
        foreach (['autoload_classmap.php' => ["    ", '$vendorDir . '], 'autoload_static.php' => ["        ", "__DIR__ . '/..' . "]] as $file => [$indent, $base]) {
            $live = self::entries((string) file_get_contents($shop->path($composer . $file)), $indent);
            $entries = array_filter($live, static fn (string $code): bool => !self::belongsTo($code, $changed));
            $text = (string) file_get_contents($stage->path($composer . $file));
            $entries += self::entries($text, $indent);
            foreach ($files as $class => $path) {
                $entries += [$class => $base . var_export($path, true)];
            }
            ksort($entries);
            file_put_contents($stage->path($composer . $file), self::replace($text, $indent, $entries));
        }
        if ($flags->authoritative) {
            $real = $stage->path($composer . 'autoload_real.php');
            $line = "        \$loader->setClassMapAuthoritative(true);\n";
            $text = (string) file_get_contents($real);
            if (!str_contains($text, $line)) {
                file_put_contents($real, (string) preg_replace('/^        \$loader->(?:setApcuPrefix|register)\(/m', $line . '$0', $text, 1));
            }
        }
    }

    /** @param list<string> $changed */
    private static function belongsTo(string $code, array $changed): bool
    {
        foreach ($changed as $path) {
            if (str_contains($code, "'" . $path)) {
                return true;
            }
        }

        return false;
    }

    /** @return array<string, string> class => PHP expression of its path, from the class map of an autoload file */
    private static function entries(string $text, string $indent): array
    {
        $entries = [];
        [$from, $length] = self::block($text, $indent);
        foreach (explode("\n", substr($text, $from, $length)) as $line) {
            if (preg_match(self::ENTRY, $line, $match) === 1) {
                $entries[str_replace(['\\\\', "\\'"], ['\\', "'"], substr($match[1], 1, -1))] = $match[2];
            }
        }

        return $entries;
    }

    /** @param array<string, string> $entries */
    private static function replace(string $text, string $indent, array $entries): string
    {
        [$from, $length] = self::block($text, $indent);
        $lines = '';
        foreach ($entries as $class => $code) {
            $lines .= $indent . var_export((string) $class, true) . ' => ' . $code . ",\n";
        }

        return substr_replace($text, $lines, $from, $length);
    }

    /**
     * Where the entries of the class map stand in a file: offset and length.
     *
     * @return array{int, int}
     */
    private static function block(string $text, string $indent): array
    {
        $start = strlen($indent) === 4 ? "return array(\n" : "public static \$classMap = array (\n";
        $end = strlen($indent) === 4 ? ");\n" : "    );\n";
        $from = strpos($text, $start);
        if ($from === false) {
            return [strlen($text), 0];
        }
        $from += strlen($start);
        $to = strpos($text, $end, max(0, $from - 1));

        return [$from, ($to === false ? $from : $to) - $from];
    }

    /** @return array<string, string> class => path below vendor, of what PSR-4 and PSR-0 find in a package */
    private static function scan(Shop $shop, Stage $stage, string $package): array
    {
        $root = $stage->path($package);
        if (!is_dir($root)) {
            return [];
        }
        $entry = self::installed($stage->path($shop->vendor . '/composer/installed.json'), $package, $shop->vendor);
        $autoload = is_array($entry['autoload'] ?? null) ? $entry['autoload'] : [];
        $excluded = self::exclusions($stage->composer->project, $root, $autoload);
        $found = [];
        foreach (['psr-4', 'psr-0'] as $type) {
            foreach (is_array($autoload[$type] ?? null) ? $autoload[$type] : [] as $prefix => $directories) {
                foreach ((array) $directories as $directory) {
                    $directory = is_string($directory) ? rtrim($root . '/' . trim($directory, '/'), '/') : $root;
                    foreach (Files::below($directory) as $file) {
                        $path = $directory . '/' . $file;
                        if (preg_match('/\.(?:php|inc)$/', $file) !== 1 || ($excluded !== '' && preg_match($excluded, $path) === 1)) {
                            continue;
                        }
                        foreach (self::classes($path, (string) $prefix, (string) preg_replace('/\.\w+$/', '', $file), $type) as $class) {
                            $found += [$class => substr($path, strlen($stage->path($shop->vendor)))];
                        }
                    }
                }
            }
        }

        return $found;
    }

    /** @return list<string> classes in a file that stand where their name says */
    private static function classes(string $path, string $prefix, string $name, string $type): array
    {
        try {
            $declared = Probe::declaredClasses(token_get_all((string) file_get_contents($path), TOKEN_PARSE));
        } catch (\ParseError) {
            return []; // Verify names it
        }

        return array_values(array_filter($declared, static function (string $class) use ($prefix, $name, $type): bool {
            if (!str_starts_with($class, $prefix)) {
                return false;
            }
            if ($type === 'psr-4') {
                return strtr(substr($class, strlen($prefix)), '\\', '/') === $name;
            }
            $last = strrpos($class, '\\');
            $namespace = $last === false ? '' : strtr(substr($class, 0, $last + 1), '\\', '/');

            return $namespace . strtr($last === false ? $class : substr($class, $last + 1), '_', '/') === $name;
        }));
    }

    /** @return array<mixed> */
    private static function installed(string $file, string $package, string $vendor): array
    {
        $json = json_decode((string) file_get_contents($file), true);
        $packages = is_array($json) ? $json['packages'] ?? [] : [];
        foreach (is_array($packages) ? $packages : [] as $entry) {
            if (is_array($entry) && is_string($entry['name'] ?? null) && $vendor . '/' . $entry['name'] === $package) {
                return $entry;
            }
        }

        return [];
    }

    /**
     * The root's and the package's exclude-from-classmap as one expression, made as Composer makes it.
     *
     * @param array<mixed> $autoload
     */
    private static function exclusions(string $project, string $package, array $autoload): string
    {
        $expressions = [];
        foreach ([[$project, Manifest::read($project)->excludedFromClassmap()], [$package, $autoload['exclude-from-classmap'] ?? []]] as [$base, $patterns]) {
            foreach (is_array($patterns) ? $patterns : [] as $pattern) {
                if (is_string($pattern)) {
                    $expressions[] = preg_quote($base, '~') . '/' . strtr(preg_quote(trim(strtr($pattern, '\\', '/'), '/'), '~'), ['\*\*' => '.+?', '\*' => '[^/]+?']) . '(?:$|/)';
                }
            }
        }

        return $expressions === [] ? '' : '~^(?:' . implode('|', $expressions) . ')~';
    }
}
