<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\Site;

/** What the repositories have of the tool, in the order in which Composer asks them. */
final class Answer
{
    /** @param list<array{repository: string, error: ?string, hidden: bool, packages: list<array{version: string, address: string}>}> $found */
    private function __construct(private readonly array $found)
    {
    }

    /** Null when $json is no answer of Inside\Ask. */
    public static function of(mixed $json): ?self
    {
        if (!is_array($json) || $json === []) {
            return null;
        }
        $found = [];
        foreach ($json as $entry) {
            if (!is_array($entry) || !is_string($entry['repository'] ?? null) || !is_array($entry['packages'] ?? null)) {
                return null;
            }
            $packages = [];
            foreach ($entry['packages'] as $package) {
                if (is_array($package) && is_string($package['version'] ?? null) && is_string($package['address'] ?? null)) {
                    $packages[] = ['version' => $package['version'], 'address' => $package['address']];
                }
            }
            $found[] = ['repository' => $entry['repository'], 'error' => is_string($entry['error'] ?? null) ? $entry['error'] : null, 'hidden' => ($entry['hidden'] ?? false) === true, 'packages' => $packages];
        }

        return new self($found);
    }

    /** @return list<array{repository: string, error: ?string, hidden: bool, packages: list<array{version: string, address: string}>}> */
    public function toArray(): array
    {
        return $this->found;
    }

    /** @return ?array{repository: string, error: string} the first repository that could not be asked */
    public function unreachable(): ?array
    {
        foreach ($this->found as $entry) {
            if ($entry['error'] !== null) {
                return ['repository' => $entry['repository'], 'error' => $entry['error']];
            }
        }

        return null;
    }

    /**
     * Exact released versions that Composer would take, ascending.
     *
     * @return list<string>
     * @throws CoreException
     */
    public function versions(): array
    {
        $versions = array_merge(...array_map(static fn (array $entry): array => $entry['hidden'] ? [] : array_column($entry['packages'], 'version'), $this->found));

        return Site::parseReleases(json_encode(['versions' => $versions], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
    }

    /** The first repository that has this version, from this address where one is given; "" when none has. */
    public function repository(string $version, string $address = ''): string
    {
        foreach ($this->found as $entry) {
            foreach ($entry['packages'] as $package) {
                if (ltrim($package['version'], 'v') === ltrim($version, 'v') && ($address === '' || $package['address'] === $address)) {
                    return $entry['repository'];
                }
            }
        }

        return '';
    }
}
