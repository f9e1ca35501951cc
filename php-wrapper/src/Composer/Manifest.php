<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\BinDirectory;
use Lockstep\MigrationTool\Shop\Shop;

/** The shop's composer.json as far as an upgrade asks it: configuration, scripts, its hash. */
final class Manifest
{
    /** The keys that composer.lock's content-hash covers (Composer\Package\Locker::getContentHash). */
    private const HASHED = ['name', 'version', 'require', 'require-dev', 'conflict', 'replace', 'provide', 'minimum-stability', 'prefer-stable', 'repositories', 'extra'];

    /** Seconds for one answer of a repository to a question; Composer itself would wait 300. */
    private const HTTP_TIMEOUT = 60;

    /** @param array<mixed> $json */
    private function __construct(
        private readonly string $root,
        private readonly string $vendor,
        private readonly array $json,
    ) {
    }

    public static function of(Shop $shop): self
    {
        return self::read($shop->root, $shop->vendor);
    }

    public static function read(string $root, string $vendor = 'vendor'): self
    {
        $text = is_file($root . '/composer.json') ? file_get_contents($root . '/composer.json') : false;
        $json = $text === false ? null : json_decode($text, true);
        if (!is_array($json)) {
            throw Failure::preflight('composer-json', sprintf('"%s/composer.json" cannot be read: %s.', $root, $text === false ? 'it is missing' : 'it is not JSON'), 'Put it in order; "composer validate" tells where it is wrong.');
        }

        return new self($root, $vendor, $json);
    }

    public function name(): string
    {
        return is_string($this->json['name'] ?? null) ? strtolower($this->json['name']) : '__root__';
    }

    /** What composer.lock must carry as content-hash. */
    public function contentHash(): string
    {
        $relevant = [];
        foreach (array_intersect(self::HASHED, array_keys($this->json)) as $key) {
            $relevant[$key] = $this->json[$key];
        }
        $platform = $this->config('platform');
        if ($platform !== null) {
            $relevant['config'] = ['platform' => $platform];
        }
        ksort($relevant);

        return md5((string) json_encode($relevant));
    }

    /** Changes whenever another set of repositories or credentials is asked. */
    public function repositoriesHash(string $composerHome): string
    {
        $files = [];
        foreach ([$this->root . '/auth.json', $composerHome . '/auth.json', $composerHome . '/config.json'] as $file) {
            $files[] = is_file($file) && is_readable($file) ? hash_file('sha256', $file) : '';
        }

        return hash('sha256', serialize([$this->repositories()->fingerprint(), $this->config('repo-packagist'), $this->json['minimum-stability'] ?? null, $files, getenv('COMPOSER_AUTH')]));
    }

    public function repositories(): Repositories
    {
        return new Repositories($this->root, is_array($this->json['repositories'] ?? null) ? $this->json['repositories'] : []);
    }

    /**
     * A composer.json that asks the same repositories with the same configuration, and requires nothing.
     *
     * @return array<string, mixed>
     */
    public function light(): array
    {
        return ['name' => 'lockstep/question', 'version' => '1.0.0'] + $this->movable();
    }

    /**
     * A composer.json that stands elsewhere and lets Composer resolve what the shop's does, but for some lines. Packages are
     * resolved although they have security advisories: whether one is installed is no question here.
     *
     * @param array<string, ?string> $changed package => its constraint, null for none; a new one goes to "require"
     *
     * @return array<string, mixed>
     */
    public function requiring(array $changed): array
    {
        $json = array_intersect_key($this->json, array_flip(['name', 'version', 'type', 'conflict', 'replace', 'provide', 'prefer-stable']));
        $sections = ['require' => $this->section('require'), 'require-dev' => $this->section('require-dev')];
        foreach ($changed as $package => $constraint) {
            $section = $this->sectionOf($package) === 'require-dev' ? 'require-dev' : 'require';
            $sections[$section][$package] = $constraint;
            if ($constraint === null) {
                unset($sections[$section][$package]);
            }
        }
        $movable = $this->movable();
        $movable['config']['audit'] = ['block-insecure' => false] + (is_array($movable['config']['audit'] ?? null) ? $movable['config']['audit'] : []);

        return array_filter($sections + $json, static fn (mixed $value): bool => $value !== []) + $movable;
    }

    /** @return array{repositories: array<mixed>|\stdClass, config: array<mixed>, minimum-stability: string} what tells where packages come from, and which */
    private function movable(): array
    {
        $repositories = $this->repositories()->movable(self::HTTP_TIMEOUT);
        $config = is_array($this->json['config'] ?? null) ? $this->json['config'] : [];
        unset($config['vendor-dir'], $config['bin-dir'], $config['allow-plugins']);

        return [
            'repositories' => $repositories === [] ? new \stdClass() : $repositories,
            'config' => ['allow-plugins' => false] + array_filter($config, static fn (mixed $value): bool => $value !== []),
            'minimum-stability' => is_string($this->json['minimum-stability'] ?? null) ? $this->json['minimum-stability'] : 'stable',
        ];
    }

    /** The text of a composer.json whose configuration makes Composer optimize no autoloader. */
    public static function withoutOptimizing(string $text): string
    {
        $json = json_decode($text);
        if ($json instanceof \stdClass && ($json->config ?? null) instanceof \stdClass) {
            unset($json->config->{'optimize-autoloader'}, $json->config->{'classmap-authoritative'});
        }

        return json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR) . "\n";
    }

    /** Where programs of packages are linked, relative to the root. */
    public function binDirectory(): string
    {
        return BinDirectory::of($this->root, $this->vendor, $this->config('bin-dir'));
    }

    public function config(string $name): mixed
    {
        return is_array($this->json['config'] ?? null) ? $this->json['config'][$name] ?? null : null;
    }

    /** @return array<mixed> one object of composer.json */
    public function section(string $name): array
    {
        return is_array($this->json[$name] ?? null) ? $this->json[$name] : [];
    }

    /** @return array<mixed> composer.json but for its repositories and the line of one package */
    public function without(string $package): array
    {
        $json = $this->json;
        unset($json['repositories']);
        foreach (['require', 'require-dev'] as $section) {
            $json[$section] = array_diff_key($this->section($section), [$package => true]);
        }

        return $json;
    }

    /** The package's constraint, "" when it is not required. */
    public function constraint(string $package): string
    {
        return $this->requirement($package)[1];
    }

    /** "require" or "require-dev", "" when it is in neither. */
    public function sectionOf(string $package): string
    {
        return $this->requirement($package)[0];
    }

    /** @return array{string, string} section and constraint */
    private function requirement(string $package): array
    {
        foreach (['require', 'require-dev'] as $section) {
            $constraint = is_array($this->json[$section] ?? null) ? $this->json[$section][$package] ?? null : null;
            if (is_string($constraint)) {
                return [$section, $constraint];
            }
        }

        return ['', ''];
    }

    /**
     * Events for which the root package has scripts that a "composer require" would run.
     *
     * @return list<string>
     */
    public function scripts(): array
    {
        $scripts = is_array($this->json['scripts'] ?? null) ? $this->json['scripts'] : [];

        return array_values(array_filter(
            ['pre-update-cmd', 'pre-autoload-dump', 'post-autoload-dump', 'post-update-cmd'],
            static fn (string $event): bool => ($scripts[$event] ?? []) !== [] && ($scripts[$event] ?? '') !== '',
        ));
    }

    /** @return list<string> */
    public function excludedFromClassmap(): array
    {
        $excluded = [];
        foreach (['autoload', 'autoload-dev'] as $section) {
            $autoload = is_array($this->json[$section] ?? null) ? $this->json[$section] : [];
            foreach (is_array($autoload['exclude-from-classmap'] ?? null) ? $autoload['exclude-from-classmap'] : [] as $pattern) {
                if (is_string($pattern)) {
                    $excluded[] = $pattern;
                }
            }
        }

        return $excluded;
    }
}
