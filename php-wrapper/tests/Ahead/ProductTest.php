<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Ahead;

use Lockstep\MigrationTool\Ahead\Product;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class ProductTest extends TestCase
{
    use TemporaryDirectory;

    public function testTheLineOfEachEdition(): void
    {
        $community = $this->product(['magento/product-community-edition' => '2.4.6']);
        self::assertSame(['magento/product-community-edition' => '2.4.7-p1'], $community?->requirements('2.4.7-p1'));
        self::assertSame([], $community->pinned('2.4.7-p1'));

        $cloud = $this->product(['magento/product-enterprise-edition' => '*', 'magento/magento-cloud-metapackage' => '>=2.4.6 <2.4.7']);
        self::assertSame(['magento/magento-cloud-metapackage' => '>=2.4.7 <2.4.8'], $cloud?->requirements('2.4.7-p1'));
        self::assertSame(['magento/product-enterprise-edition' => '2.4.7-p1'], $cloud->pinned('2.4.7-p1'));

        $mageOs = $this->product(['mage-os/product-community-edition' => '1.0.0']);
        self::assertSame(['mage-os/product-community-edition' => '*'], $mageOs?->requirements('2.4.7'));
        self::assertSame(['mage-os/product-community-edition' => '1.0.4'], $mageOs->requirements('2.4.7', '1.0.4'));
        self::assertSame(['magento/product-community-edition' => '2.4.7'], $mageOs->pinned('2.4.7'));

        self::assertNull($this->product(['magento/magento2-base' => '2.4.6']));
    }

    /** @param array<string, string> $require */
    private function product(array $require): ?Product
    {
        file_put_contents($this->temporaryDirectory() . '/composer.json', json_encode(['require' => $require], JSON_THROW_ON_ERROR));

        return Product::of(Manifest::read($this->temporaryDirectory()));
    }
}
