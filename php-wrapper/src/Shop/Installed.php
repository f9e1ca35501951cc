<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

/**
 * What the core read from composer.lock, installed.json and composer.json.
 *
 * @phpstan-type Package array{name: string, version: string, type: string, path: ?string, reference: string, dist_type: string, dist_url: string, dist_shasum: string, dev: bool, installed: bool, locked: bool}
 * @phpstan-type SiteData array{magento: array{edition: string, version: string, source: string}, tool: array{installed: bool, version: string, path: string, constraint: string, section: string}, dev_installed: bool, packages: list<Package>}
 */
final class Installed
{
    /** @param SiteData $data */
    public function __construct(private readonly array $data)
    {
    }

    /** @return array{edition: string, version: string, source: string} */
    public function magento(): array
    {
        return $this->data['magento'];
    }

    public function magentoVersion(): string
    {
        return $this->data['magento']['version'];
    }

    public function hasTool(): bool
    {
        return $this->data['tool']['installed'];
    }

    public function toolVersion(): string
    {
        return $this->data['tool']['version'];
    }

    /** "dev-master", "2.4.x-dev": the branch that the tool was installed from; "" for a release. */
    public function toolBranch(): string
    {
        $version = $this->hasTool() ? $this->package(Shop::TOOL)['version'] ?? '' : '';

        return preg_match('/^dev-|-dev$/', $version) === 1 ? $version : '';
    }

    /** The constraint in composer.json, "" when it is not required there. */
    public function toolConstraint(): string
    {
        return $this->data['tool']['constraint'];
    }

    /** "require", "require-dev" or "". */
    public function toolSection(): string
    {
        return $this->data['tool']['section'];
    }

    public function withDev(): bool
    {
        return $this->data['dev_installed'];
    }

    /** @return list<Package> */
    public function packages(): array
    {
        return $this->data['packages'];
    }

    /** @return ?Package */
    public function package(string $name): ?array
    {
        foreach ($this->data['packages'] as $package) {
            if ($package['name'] === $name) {
                return $package;
            }
        }

        return null;
    }
}
