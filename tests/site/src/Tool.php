<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/**
 * The releases of the stand-in tool, made from one tree of templates (tests/site/tool).
 *
 * A line that ends in "  @@>=2.4.6" (or @@<…) is only in the releases that it names; "@@file >=2.4.6" as the first line says so for a
 * whole file. __EDITION__, __M1__ and __STEP__ in a path make one file for each; they and __VERSION__ are replaced in the contents.
 */
final class Tool
{
    public const NAME = 'magento/data-migration-tool';
    public const RELEASES = ['2.4.4', '2.4.5', '2.4.6', '2.4.6.1'];

    private const EDITIONS = [
        'opensource-to-opensource' => ['1.9.3.4', '1.9.4.4'],
        'opensource-to-commerce' => ['1.9.4.4'],
        'commerce-to-commerce' => ['1.14.4.4'],
    ];
    private const STEPS = ['Settings', 'Stores', 'Eav', 'Customer', 'Map', 'UrlRewrite', 'Log', 'Ratings', 'OrderGrids', 'TierPrice', 'SalesOrder', 'Inventory'];

    /** @return array<string, string> path => contents of one release */
    public static function files(string $version): array
    {
        $files = [];
        foreach (Files::below(__DIR__ . '/../tool') as $path => $template) {
            $contents = self::contents($template, $version);
            if ($contents === null) {
                continue;
            }
            foreach (self::variants($path) as $replace) {
                $replace['__VERSION__'] = $version;
                $files[strtr($path, $replace)] = strtr($contents, $replace);
            }
        }
        ksort($files, SORT_STRING);

        return $files;
    }

    private static function contents(string $template, string $version): ?string
    {
        if (preg_match('/^@@file (\S+)\n/', $template, $match)) {
            if (!self::holds($match[1], $version)) {
                return null;
            }
            $template = substr($template, strlen($match[0]));
        }
        if (!str_contains($template, '  @@')) {
            return $template;
        }
        $lines = [];
        foreach (explode("\n", $template) as $line) {
            if (!preg_match('/^(.*)  @@(\S+)$/', $line, $match)) {
                $lines[] = $line;
            } elseif (self::holds($match[2], $version)) {
                $lines[] = $match[1];
            }
        }

        return implode("\n", $lines);
    }

    private static function holds(string $condition, string $version): bool
    {
        if (!preg_match('/^(<|<=|>=|>|=)([0-9.]+)$/', $condition, $match)) {
            throw new \RuntimeException("Not a condition: $condition");
        }

        return version_compare($version, $match[2], $match[1]);
    }

    /** @return list<array<string, string>> */
    private static function variants(string $path): array
    {
        if (str_contains($path, '__STEP__')) {
            return array_map(static fn (string $step): array => ['__STEP__' => $step], self::STEPS);
        }
        if (!str_contains($path, '__EDITION__')) {
            return [[]];
        }
        $variants = [];
        foreach (self::EDITIONS as $edition => $m1Versions) {
            foreach (str_contains($path, '__M1__') ? $m1Versions : [''] as $m1) {
                $variants[] = ['__EDITION__' => $edition, '__M1__' => $m1];
            }
        }

        return $variants;
    }
}
