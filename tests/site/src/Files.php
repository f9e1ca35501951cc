<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** Small helpers around files; every failure is an exception. */
final class Files
{
    /** @return array<string, string> relative path => contents of every file below $directory */
    public static function below(string $directory): array
    {
        $files = [];
        foreach (self::paths($directory) as $path) {
            $files[$path] = self::get("$directory/$path");
        }

        return $files;
    }

    /** @return list<string> */
    public static function paths(string $directory): array
    {
        $found = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($directory, \FilesystemIterator::SKIP_DOTS));
        $paths = [];
        foreach ($found as $file) {
            $paths[] = substr((string)$file, strlen($directory) + 1);
        }
        sort($paths, SORT_STRING);

        return $paths;
    }

    public static function get(string $path): string
    {
        $contents = file_get_contents($path);

        return $contents === false ? throw new \RuntimeException("$path cannot be read") : $contents;
    }

    public static function put(string $path, string $contents, int $mode = 0644): void
    {
        self::directory(dirname($path));
        if (file_put_contents($path, $contents) === false || !chmod($path, $mode)) {
            throw new \RuntimeException("$path cannot be written");
        }
    }

    public static function directory(string $path): void
    {
        if (!is_dir($path) && !mkdir($path, 0755, true) && !is_dir($path)) {
            throw new \RuntimeException("$path cannot be made");
        }
    }

    /** Copies every file below $from to $to, with its executable bit. */
    public static function copy(string $from, string $to): void
    {
        foreach (self::below($from) as $path => $contents) {
            self::put("$to/$path", $contents, is_executable("$from/$path") ? 0755 : 0644);
        }
    }

    /** Replaces text that must be there, so that an edit never silently misses. */
    public static function edit(string $path, string $search, string $replace): void
    {
        $contents = self::get($path);
        if (!str_contains($contents, $search)) {
            throw new \RuntimeException("$path does not contain: $search");
        }
        $at = strpos($contents, $search);
        file_put_contents($path, substr_replace($contents, $replace, (int)$at, strlen($search)));
    }

    public static function json(mixed $data): string
    {
        return json_encode($data, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n";
    }
}
