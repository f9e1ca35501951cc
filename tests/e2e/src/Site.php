<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** A sample shop of its own for one test: a copy of the shop of its kind, which is made once in a run. */
final class Site
{
    public const TOOL = 'vendor/magento/data-migration-tool';
    public const EDITION = self::TOOL . '/etc/opensource-to-opensource';
    public const CONFIG = self::EDITION . '/1.9.4.4/config.xml';
    public const MAP = self::EDITION . '/1.9.4.4/map.xml';

    /** @var array<string, string> kind => directory of the original */
    private static array $originals = [];
    private static int $count = 0;

    private function __construct(public readonly string $root)
    {
    }

    /** @param string $name of its directory; a number is added */
    public static function make(string $kind = 'default', string $name = 'shop-'): self
    {
        $original = self::$originals[$kind] ??= self::original($kind);
        $root = self::work() . '/' . $name . ++self::$count;
        self::must(['cp', '-a', $original, $root]);

        return new self($root);
    }

    /** An empty directory of this run. */
    public static function directory(string $name): string
    {
        $path = self::work() . "/$name-" . ++self::$count;
        mkdir($path, 0755);

        return $path;
    }

    private static function original(string $kind): string
    {
        $root = self::work() . "/original-$kind";
        // The repository stands beside the shops, so that copies of a shop share it.
        self::must([PHP_BINARY, self::project() . '/tests/site/make.php', "--kind=$kind", '--repository=' . self::work() . "/repository-$kind", $root]);

        return $root;
    }

    public static function project(): string
    {
        return dirname(__DIR__, 3);
    }

    private static function work(): string
    {
        static $work = null;
        if ($work === null) {
            $work = self::project() . '/.build/e2e/' . getmypid();
            if (!is_dir($work)) {
                mkdir($work, 0755, true);
            }
            $owner = getmypid();
            register_shutdown_function(static function () use ($work, $owner): void {
                if (getmypid() === $owner && getenv('LOCKSTEP_KEEP') === false) {
                    self::must(['rm', '-rf', $work]);
                }
            });
        }

        return $work;
    }

    /** @param list<string> $command */
    private static function must(array $command): void
    {
        $result = Program::run($command, '/', getenv());
        if ($result->exit !== 0) {
            throw new \RuntimeException((string)$result);
        }
    }

    public function remove(): void
    {
        self::must(['rm', '-rf', $this->root]);
    }

    public function path(string $relative): string
    {
        return "$this->root/$relative";
    }

    public function get(string $relative): string
    {
        $contents = file_get_contents($this->path($relative));

        return $contents === false ? throw new \RuntimeException("$relative cannot be read") : $contents;
    }

    public function put(string $relative, string $contents): void
    {
        if (file_put_contents($this->path($relative), $contents) === false) {
            throw new \RuntimeException("$relative cannot be written");
        }
    }

    /** The shop without Lockstep's own state. */
    public function snapshot(): Snapshot
    {
        return Snapshot::of($this->root, ['var/lockstep', 'var/.regenerate', 'var/composer_home']);
    }

    /** The versions of the tool that the shop's files tell. @return array<string, string> */
    public function toolVersions(): array
    {
        $manifest = json_decode($this->get('composer.json'), true);
        $versions = ['composer.json' => $manifest['require']['magento/data-migration-tool'] ?? ''];
        $vendor = $manifest['config']['vendor-dir'] ?? 'vendor';
        foreach (['composer.lock' => 'composer.lock', 'vendor/composer/installed.json' => "$vendor/composer/installed.json"] as $file => $path) {
            foreach (json_decode($this->get($path), true)['packages'] as $package) {
                if ($package['name'] === 'magento/data-migration-tool') {
                    $versions[$file] = $package['version'];
                }
            }
        }
        $versions['tool'] = json_decode($this->get("$vendor/magento/data-migration-tool/composer.json"), true)['version'];

        return $versions;
    }
}
