<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/**
 * One kind of shop. This class is the default kind; a file of tests/site/kinds returns a class that overrides what differs.
 */
class Kind
{
    public function description(): string
    {
        return 'tool 2.4.5 at Magento 2.4.6, customized as users do; every customization merges';
    }

    public function toolVersion(): string
    {
        return '2.4.5';
    }

    public function consoleConstraint(): string
    {
        return '^5.4';
    }

    /** Packages of tests/site/packages beside the usual ones. @return list<string> */
    public function packages(): array
    {
        return [];
    }

    /** Real packages from Packagist beside symfony/console, with all that they require. @return array<string, string> name => constraint */
    public function packagist(): array
    {
        return [];
    }

    /** Files of the root beside the usual ones. @return array<string, string> path => contents */
    public function files(): array
    {
        return [];
    }

    /**
     * @param array<string, mixed> $json the usual composer.json
     * @return array<string, mixed>
     */
    public function composerJson(array $json): array
    {
        return $json;
    }

    /**
     * A release of the tool as the shop's repository has it.
     *
     * @param array<string, string> $files path => contents
     * @return array<string, string>
     */
    public function release(array $files, string $version): array
    {
        return $files;
    }

    /** Where composer.json puts the packages. */
    public function vendor(): string
    {
        return 'vendor';
    }

    /** Before Composer installs the shop. */
    public function prepare(Shop $shop): void
    {
    }

    /** @return list<string> */
    public function installOptions(): array
    {
        return [];
    }

    /** Edits the installed shop as its users did. */
    public function customize(Shop $shop): void
    {
        (new Customizations($shop->tool()))->apply();
    }
}
