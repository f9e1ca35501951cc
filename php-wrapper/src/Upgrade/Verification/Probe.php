<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

/** What runs in the fresh PHP of StageProbe: needs nothing but itself, and PHP 7.1. */
final class Probe
{
    public const GOOD = "\nlockstep: good\n";

    /** Writes what is wrong to stderr; returns the exit status. */
    public static function run(string $autoload, string $tool): int
    {
        $tool = (string) realpath($tool);
        $declared = [];
        $errors = [];
        foreach (self::phpFiles($tool) as $file) {
            try {
                $declared[$file] = self::declaredClasses(token_get_all((string) file_get_contents($file), TOKEN_PARSE));
            } catch (\ParseError $e) {
                $errors[] = sprintf('%s, line %d: %s', substr($file, strlen($tool) + 1), $e->getLine(), $e->getMessage());
            }
        }
        if ($errors === []) {
            self::skipForeignFiles(dirname($autoload) . '/composer/autoload_files.php', $tool);
            $errors = self::notFound(require $autoload, $declared, $tool);
        }
        fwrite($errors === [] ? STDOUT : STDERR, $errors === [] ? self::GOOD : implode("\n", $errors) . "\n");

        return $errors === [] ? 0 : 1;
    }

    /**
     * Of the files that the autoloader includes, only the tool's are: those of linked packages would find the live vendor
     * directory beside them, and some load its autoloader, too.
     */
    public static function skipForeignFiles(string $register, string $tool): void
    {
        $files = is_file($register) ? require $register : [];
        $skipped = [];
        foreach (is_array($files) ? $files : [] as $identifier => $file) {
            $file = is_string($file) ? (string) realpath($file) : '';
            if (strpos($file, $tool . '/') !== 0) {
                $skipped[$identifier] = true;
            }
        }
        $GLOBALS['__composer_autoload_files'] = $skipped;
    }

    /**
     * Classes below a PSR-4 directory of the tool that the autoloader does not find in their own file.
     *
     * @param mixed                       $loader   Composer's ClassLoader
     * @param array<string, list<string>> $declared file => classes
     * @return list<string>
     */
    private static function notFound($loader, array $declared, string $tool): array
    {
        if (!is_object($loader) || !is_callable([$loader, 'getPrefixesPsr4']) || !is_callable([$loader, 'findFile'])) {
            return ['vendor/autoload.php returns no class loader.'];
        }
        $errors = [];
        $found = 0;
        $prefixes = $loader->getPrefixesPsr4();
        foreach (is_array($prefixes) ? $prefixes : [] as $prefix => $directories) {
            foreach (is_array($directories) ? $directories : [] as $directory) {
                $directory = is_string($directory) ? (string) realpath($directory) : '';
                if (strpos($directory . '/', $tool . '/') !== 0) {
                    continue;
                }
                foreach ($declared as $file => $classes) {
                    $class = $prefix . strtr(substr($file, strlen($directory) + 1, -4), '/', '\\');
                    if (strpos($file, $directory . '/') !== 0 || !in_array($class, $classes, true)) {
                        continue;
                    }
                    $at = $loader->findFile($class);
                    $found++;
                    if (!is_string($at) || realpath($at) !== $file) {
                        $errors[] = sprintf('The autoloader does not find %s.', $class);
                    }
                }
            }
        }

        return $found === 0 ? ['The autoloader knows no class of the tool.'] : $errors;
    }

    /** @return iterable<string> */
    private static function phpFiles(string $directory): iterable
    {
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($directory, \FilesystemIterator::SKIP_DOTS)) as $file) {
            if ($file instanceof \SplFileInfo && substr($file->getPathname(), -4) === '.php') {
                yield $file->getPathname();
            }
        }
    }

    /**
     * @param array<array{int, string, int}|string> $tokens
     * @return list<string> classes, interfaces, traits and enums, with their namespace
     */
    public static function declaredClasses(array $tokens): array
    {
        $kinds = [T_CLASS, T_INTERFACE, T_TRAIT];
        if (defined('T_ENUM')) {
            $kinds[] = T_ENUM;
        }
        $namespace = '';
        $before = null;
        $classes = [];
        for ($i = 0, $count = count($tokens); $i < $count; $i++) {
            $kind = is_array($tokens[$i]) ? $tokens[$i][0] : $tokens[$i];
            if ($kind === T_WHITESPACE || $kind === T_COMMENT || $kind === T_DOC_COMMENT) {
                continue;
            }
            if ($kind === T_NAMESPACE) {
                $namespace = self::until($tokens, $i);
            } elseif (in_array($kind, $kinds, true) && $before !== T_DOUBLE_COLON && $before !== T_NEW) {
                $name = self::until($tokens, $i);
                if ($name !== '') {
                    $classes[] = ltrim($namespace . '\\' . $name, '\\');
                }
            }
            $before = $kind;
        }

        return $classes;
    }

    /**
     * The name that follows a keyword.
     *
     * @param array<array{int, string, int}|string> $tokens
     */
    private static function until(array $tokens, int $position): string
    {
        $name = '';
        for ($i = $position + 1; isset($tokens[$i]); $i++) {
            if (!is_array($tokens[$i]) || (trim($tokens[$i][1]) === '' && $name !== '')) {
                break;
            }
            $name .= trim($tokens[$i][1]);
        }

        return $name;
    }
}
