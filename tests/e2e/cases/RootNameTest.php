<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** A root whose path holds what patterns of file names give a meaning to. */
final class RootNameTest extends ShopTestCase
{
    public function testAConflictIsResolvedInARootNamedLikeAPattern(): void
    {
        $shop = $this->shop('conflict', 'shop [a]*?{b,c}');

        $stopped = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(3, $stopped);
        $conflicts = $stopped->json()['merge']['conflicts_directory'];
        self::assertStringStartsWith($shop->root . '/', $conflicts);
        foreach ($stopped->json()['merge']['conflicts'] as $path) {
            copy("$conflicts/$path.mine", "$conflicts/$path");
        }

        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $result);
        self::assertEqualsCanonicalizing($stopped->json()['merge']['conflicts'], $result->json()['merge']['resolved']);
        $this->assertUpgraded($shop);
        self::assertStringContainsString('value="acme"', $shop->get(Site::MAP));
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/conflicts'), 'what was resolved is removed');
    }

    public function testNewFilesTakeTheModesOfTheirNeighboursThere(): void
    {
        $shop = $this->shop('default', 'shop [a]*?{b,c}');
        chmod($shop->path('vendor/autoload.php'), 0640);
        foreach (scandir($shop->path('vendor/composer')) ?: [] as $name) {
            if (is_file($shop->path("vendor/composer/$name"))) {
                chmod($shop->path("vendor/composer/$name"), 0640);
            }
        }
        unlink($shop->path('vendor/composer/LICENSE'));

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        self::assertSame('640', sprintf('%o', fileperms($shop->path('vendor/composer/LICENSE')) & 07777));
    }
}
