<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Files;

/**
 * The repositories of one composer.json.
 *
 * Composer takes them as a list or as an object, and "packagist.org": false or {"packagist.org": false} for what is turned off.
 */
final class Repositories
{
    /** @param array<mixed> $entries as composer.json has them */
    public function __construct(
        private readonly string $root,
        private readonly array $entries,
    ) {
    }

    /** Those of $home/config.json, which Composer asks after the shop's own. */
    public static function ofHome(string $home): self
    {
        $file = $home . '/config.json';
        $json = is_file($file) && is_readable($file) ? json_decode((string) file_get_contents($file), true) : null;

        return new self($home, is_array($json) && is_array($json['repositories'] ?? null) ? $json['repositories'] : []);
    }

    /** @return array<mixed> as composer.json has them */
    public function entries(): array
    {
        return $this->entries;
    }

    /** @return list<array{name: string, type: string, url: string, package: mixed}> not what is turned off; name: its key in composer.json, or what it is called in a list */
    public function all(): array
    {
        $all = [];
        foreach ($this->entries as $key => $repository) {
            if (is_array($repository) && is_string($repository['type'] ?? null)) {
                $url = $repository['url'] ?? null;
                $name = is_string($key) ? $key : $repository['name'] ?? null;
                $all[] = ['name' => is_string($name) ? $name : '', 'type' => $repository['type'], 'url' => is_string($url) ? $url : '', 'package' => $repository['package'] ?? null];
            }
        }

        return $all;
    }

    /**
     * The repositories as a set: Composer may turn the list into an object when it writes composer.json.
     *
     * @return list<string>
     */
    public function set(): array
    {
        $set = [];
        foreach ($this->entries as $key => $repository) {
            if ($repository === false) {
                $repository = [$key => false];
            } elseif (is_array($repository)) {
                unset($repository['name']);
                ksort($repository);
            }
            $set[] = (string) json_encode($repository, JSON_UNESCAPED_SLASHES);
        }
        sort($set);

        return $set;
    }

    /**
     * The same repositories for a composer.json that stands elsewhere, which shall not wait longer for one answer from the web.
     *
     * @return array<mixed>
     */
    public function movable(int $timeout): array
    {
        $repositories = [];
        foreach ($this->entries as $key => $repository) {
            if (is_array($repository) && is_string($repository['url'] ?? null)) {
                $repository['url'] = $this->absolute($repository['url']);
                $options = $repository['options'] ?? [];
                $http = is_array($options) ? $options['http'] ?? [] : null;
                if (is_array($options) && is_array($http) && preg_match('~^https?://~i', $repository['url']) === 1) {
                    $repository['options'] = ['http' => $http + ['timeout' => $timeout]] + $options;
                }
            }
            $repositories[$key] = $repository;
        }

        return $repositories;
    }

    /**
     * Relative paths with which repositories lead out of the root.
     *
     * @return list<string>
     */
    public function pathsAbove(): array
    {
        $above = [];
        foreach ($this->all() as $repository) {
            if (preg_match('~^(?:\./)*\.\./~', $repository['url']) === 1) {
                $above[] = (string) preg_replace('~^(\./)+~', '', $repository['url']);
            }
        }

        return $above;
    }

    /**
     * Directories below one of the root's to which repositories lead.
     *
     * @return list<string> relative to the root
     */
    public function directoriesBelow(string $directory): array
    {
        $below = [];
        foreach ($this->all() as $repository) {
            $path = (string) preg_replace('~^(?:\./)+|/?[^/]*[*?\[{].*$|/+$~', '', $repository['url']);
            if (str_starts_with($path, $directory . '/') && is_dir($this->root . '/' . $path) && !str_contains($path, '/..')) {
                $below[] = $path;
            }
        }

        return $below;
    }

    /** Changes with the repositories, and with the local directories of releases among them. */
    public function fingerprint(): string
    {
        $times = [];
        foreach ($this->all() as $repository) {
            foreach (str_contains($repository['url'], '://') && !str_starts_with($repository['url'], 'file://') ? [] : $this->found($repository['url']) as $path) {
                foreach ([$path, $path . '/composer.json', $path . '/packages.json'] as $file) {
                    $times[] = file_exists($file) ? $file . ':' . filemtime($file) : '';
                }
            }
        }

        return hash('sha256', serialize([$this->entries, $times]));
    }

    /** Does one of the repositories say that packages come from this address: a local path, or another one that is written there? */
    public function explain(string $address): bool
    {
        $local = $this->local($address) ?? '';
        foreach ($this->all() as $repository) {
            if ($repository['type'] === 'package') {
                if (str_contains((string) json_encode($repository['package'], JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE), (string) json_encode($address, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE))) {
                    return true;
                }
                continue;
            }
            if ($repository['url'] === $address) {
                return true;
            }
            foreach ($local === '' ? [] : $this->found($repository['url']) as $path) {
                $path = basename($path) === 'packages.json' ? dirname($path) : $path;
                if ($local === $path || str_starts_with($local, rtrim($path, '/') . '/')) {
                    return true;
                }
            }
        }

        return false;
    }

    /** What composer.json calls the repository that a message of Composer is about; "" when it calls it nothing. */
    public function nameIn(string $message): string
    {
        $message = self::withoutUser($message);
        foreach ($this->all() as $repository) {
            $url = rtrim(self::withoutUser($this->absolute($repository['url'])), '/');
            if ($url !== '' && str_contains($message, $url)) {
                return $repository['name'];
            }
        }

        return '';
    }

    /** @return list<string> the local directories and files that an address of a repository leads to; it may be a pattern */
    private function found(string $url): array
    {
        if (preg_match('~^(?!file://)[\w.+-]+:~', $url) === 1) {
            return [];
        }
        $path = (string) preg_replace('~^file://~', '', $url);
        $found = str_starts_with($path, '/') ? Files::matching('', ltrim($path, '/')) : Files::matching($this->root, $path);

        return array_values(array_filter(array_map('realpath', $found)));
    }

    /** The real path of a local address; null when it is none. */
    private function local(string $address): ?string
    {
        $path = $this->absolute((string) preg_replace('~^file://~i', '', $address));
        $real = $path !== '' && $path[0] === '/' ? realpath($path) : false;

        return $real === false ? null : $real;
    }

    /** Composer hides user and password of an address. */
    private static function withoutUser(string $text): string
    {
        return (string) preg_replace('~://[^/\s@]*@~', '://', $text);
    }

    private function absolute(string $url): string
    {
        return $url === '' || $url[0] === '/' || preg_match('#^[\w.+-]+:|^[\w.-]+@[\w.-]+:|^[~$]#', $url) === 1 ? $url : $this->root . '/' . $url;
    }
}
