<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** Names in a directory, paths of the files below one. */
final class Files
{
    /** @return list<string> sorted; none when there is no such directory */
    public static function names(string $directory): array
    {
        return is_dir($directory) ? array_values(array_diff(scandir($directory) ?: [], ['.', '..'])) : [];
    }

    /**
     * Like glob(), of which only the pattern is one: the directory's own path may hold "[", "*", "?" and "{".
     *
     * @return list<string> absolute paths, sorted
     */
    public static function matching(string $directory, string $pattern): array
    {
        return glob(addcslashes($directory, '\\[]*?{},') . '/' . $pattern, GLOB_BRACE) ?: [];
    }

    /** @return list<string> relative paths of everything that is no directory, in order; links are not followed */
    public static function below(string $directory): array
    {
        $files = [];
        foreach (self::names($directory) as $name) {
            $path = $directory . '/' . $name;
            if (is_dir($path) && !is_link($path)) {
                foreach (self::below($path) as $file) {
                    $files[] = $name . '/' . $file;
                }
            } else {
                $files[] = $name;
            }
        }

        return $files;
    }

    /** A dangling link exists too. */
    public static function exists(string $path): bool
    {
        return file_exists($path) || is_link($path);
    }
}
