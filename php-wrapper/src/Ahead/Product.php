<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Ahead;

use Lockstep\MigrationTool\Composer\Manifest;

/** The package of composer.json by which a shop says which Magento it has, and what its line must be for another one. */
final class Product
{
    private const CLOUD = 'magento/magento-cloud-metapackage';
    private const COMMERCE = 'magento/product-enterprise-edition';
    private const COMMUNITY = 'magento/product-community-edition';
    private const MAGE_OS = 'mage-os/product-community-edition';
    private const NAMES = [self::CLOUD, self::COMMERCE, self::MAGE_OS, self::COMMUNITY];

    private function __construct(
        public readonly string $name,
        public readonly string $section,
    ) {
    }

    /** Null when composer.json requires none, as in a clone of Magento's repository. */
    public static function of(Manifest $manifest): ?self
    {
        foreach (self::NAMES as $name) {
            $section = $manifest->sectionOf($name);
            if ($section !== '') {
                return new self($name, $section);
            }
        }

        return null;
    }

    /**
     * Its line for a version of Magento. The cloud's package stands for a whole minor; Mage-OS counts its own versions.
     *
     * @param string $own the version of Mage-OS, once it is known
     *
     * @return array<string, string> package => constraint
     */
    public function requirements(string $magento, string $own = '*'): array
    {
        return match ($this->name) {
            self::CLOUD => [self::CLOUD => self::cloud($magento)],
            self::MAGE_OS => [self::MAGE_OS => $own],
            default => [$this->name => $magento],
        };
    }

    /**
     * What pins the very version where the line does not.
     *
     * @return array<string, string> package => constraint
     */
    public function pinned(string $magento): array
    {
        return match ($this->name) {
            self::CLOUD => [self::COMMERCE => $magento],
            self::MAGE_OS => [self::COMMUNITY => $magento], // which it replaces
            default => [],
        };
    }

    private static function cloud(string $magento): string
    {
        $base = explode('-', $magento)[0];
        $next = explode('.', $base);
        $next[2] = (string) ((int) ($next[2] ?? '0') + 1);

        return sprintf('>=%s <%s', $base, implode('.', array_slice($next, 0, 3)));
    }
}
