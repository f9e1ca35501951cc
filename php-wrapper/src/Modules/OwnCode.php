<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** The user's own code that builds on the tool: PHP files below app/code and added to the tool, XML files that name its classes, configurations. */
final class OwnCode
{
    /** In a Magento of which git is the source, its own modules are here: none of them knows the tool. */
    private const MAGENTO = 'app/code/Magento/';
    private const HANDLERS = '~<handler\s[^>]*\bclass\s*=\s*["\']\\\\?(\w+(?:\\\\\w+)+)~';
    private const CLASSES = '~(?<![\w\\\\])\\\\?(Migration(?:\\\\\w+)+)~';

    /**
     * @param array<string, Source>             $sources path => PHP file
     * @param array<string, array<string, int>> $xml     path => class of the tool => line
     * @param array<string, ToolConfig>         $configs path => configuration, as it is in the shop
     * @param array<string, array<string, int>> $named   path => the user's class that a configuration or a map names => line
     */
    private function __construct(
        public readonly array $sources,
        public readonly array $xml,
        public readonly array $configs,
        public readonly array $named,
    ) {
    }

    public static function of(Run $run): self
    {
        $sources = $xml = $configs = $named = [];
        foreach (self::files($run) as $path) {
            $file = $run->shop->path($path);
            $source = str_ends_with($path, '.php') ? Source::read($file) : null;
            if ($source !== null) {
                $sources[$path] = $source;
            } elseif (str_ends_with($path, '.xml')) {
                $config = ToolConfig::read($file);
                $configs += $config === null ? [] : [$path => $config];
                $names = self::named($file, self::CLASSES);
                $xml += $names === [] ? [] : [$path => $names];
                $own = self::named($file, self::HANDLERS) + array_column($config->classes ?? [], 'line', 'class');
                $own = array_filter($own, static fn (string $class): bool => !str_starts_with($class, 'Migration\\'), ARRAY_FILTER_USE_KEY);
                $named += $own === [] ? [] : [$path => $own];
            }
        }

        return new self($sources, $xml, $configs, $named);
    }

    public function isEmpty(): bool
    {
        return $this->sources === [] && $this->xml === [] && $this->configs === [] && $this->named === [];
    }

    /** @return list<string> classes of the tool that are named anywhere, and what the user's classes are built on */
    public function names(): array
    {
        $names = [];
        foreach ($this->sources as $source) {
            $names += $source->names + array_fill_keys(array_merge([], ...array_column($source->classes, 'parents')), 0);
        }
        foreach ($this->xml as $classes) {
            $names += $classes;
        }

        return array_keys($names);
    }

    /**
     * @param string $project absolute; the shop's root or the stage's
     * @return array<string, string> the user's classes that build on others, or that the tool is told of => their files, "" for what the autoloader knows
     */
    public function classes(string $project): array
    {
        $classes = array_map(static fn (): string => '', array_merge([], ...array_values($this->named)));
        foreach ($this->sources as $path => $source) {
            foreach ($source->classes as $class) {
                if ($class['parents'] !== [] && is_file($project . '/' . $path)) {
                    $classes[$class['class']] = $project . '/' . $path;
                }
            }
        }

        return $classes;
    }

    /** @return list<string> */
    private static function files(Run $run): array
    {
        $files = [];
        foreach (Files::matching($run->shop->path('app/code'), '*/*') as $module) {
            $relative = substr($module, strlen($run->shop->root) + 1);
            if (is_dir($module) && !str_starts_with($relative, self::MAGENTO)) {
                $files = [...$files, ...array_map(static fn (string $file): string => $relative . '/' . $file, Files::below($module))];
            }
        }
        foreach ([...$run->customizations['added'], ...$run->customizations['modified']] as $path) { // in the tool's own directory
            if (str_ends_with($path, '.xml') || (str_ends_with($path, '.php') && in_array($path, $run->customizations['added'], true))) {
                $files[] = $run->shop->toolPath() . '/' . $path;
            }
        }

        return $files;
    }

    /** @return array<string, int> */
    private static function named(string $file, string $pattern): array
    {
        $text = (string) file_get_contents($file);
        if (preg_match_all($pattern, $text, $matches, PREG_OFFSET_CAPTURE) === 0) {
            return [];
        }
        $names = [];
        foreach ($matches[1] as [$class, $offset]) {
            $names[$class] ??= substr_count($text, "\n", 0, $offset) + 1;
        }

        return $names;
    }
}
