<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** A release that renamed directories in which the shop has customizations. */
final class RenameTest extends ShopTestCase
{
    private const OLD = 'etc/ce-to-ce';
    private const NEW = 'etc/opensource-to-opensource';

    public function testCustomizationsGoAlongAndConfigXmlNamesThemThere(): void
    {
        $shop = $this->shop('renamed');
        $tool = Site::TOOL . '/';

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        self::assertDirectoryDoesNotExist($shop->root . '/' . $tool . self::OLD);
        $config = $shop->get($tool . self::NEW . '/1.9.4.4/config.xml');
        self::assertStringContainsString('password="fixture-m1-secret"', $config);
        self::assertStringContainsString('<map_file>' . self::NEW . '/1.9.4.4/map.xml</map_file>', $config);
        self::assertStringContainsString('<eav_map_file>etc/acme/eav.xml</eav_map_file>', $config);
        self::assertStringNotContainsString('ce-to-ce', $config);
        self::assertSame(0600, fileperms($shop->root . '/' . $tool . self::NEW . '/1.9.4.4/config.xml') & 0777);
        self::assertStringContainsString('acme_sitemap', $shop->get($tool . self::NEW . '/1.9.4.4/map.xml'));
        self::assertStringContainsString('\Acme\Loyalty\Handler\SetValue', $shop->get($tool . 'etc/acme/eav.xml'));
        self::assertSame("Of Acme.\n", $shop->get($tool . self::NEW . '/acme/notes.txt'));
        self::assertSame("<config>\n    <map_file>" . self::NEW . "/settings.xml.dist</map_file>\n</config>\n", $shop->get($tool . 'etc/acme.xml'));

        $merge = $result->json()['merge'];
        self::assertEqualsCanonicalizing(
            array_map(static fn (string $path): array => ['from' => self::OLD . $path, 'to' => self::NEW . $path], ['/1.9.4.4/config.xml', '/1.9.4.4/map.xml', '/acme/notes.txt']),
            $merge['followed'],
        );
        self::assertSame([['file' => 'etc/acme.xml', 'from' => self::OLD . '/settings.xml.dist', 'to' => self::NEW . '/settings.xml.dist']], $merge['repointed']);
        self::assertSame([['path' => 'etc/acme/eav.xml', 'origin' => self::OLD . '/map-eav.xml.dist', 'note' => null]], $merge['copies']);
        self::assertSame([], $merge['conflicts']);
    }

    public function testUndoBringsEverythingBackToItsOldPlace(): void
    {
        $shop = $this->shop('renamed');
        $before = $shop->snapshot();

        $upgraded = $this->magento($shop, 'upgrade');
        $undone = $this->magento($shop, 'undo');

        $this->assertExit(0, $upgraded);
        self::assertStringContainsString(self::NEW . '/1.9.4.4/map.xml (was ' . self::OLD . '/1.9.4.4/map.xml)', $upgraded->stdout . $upgraded->stderr);
        $this->assertExit(0, $undone);
        $this->assertUnchanged($before, $shop);
    }

    public function testAConflictOfAFileThatMovedIsResolvedAtItsNewPlace(): void
    {
        $shop = $this->shop('renamed');
        $path = Site::TOOL . '/' . self::OLD . '/1.9.4.4/map.xml';
        $shop->put($path, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get($path)));

        $this->assertExit(3, $this->magento($shop, 'upgrade'));
        $conflict = glob("$shop->root/var/lockstep/conflicts/*")[0] . '/' . self::NEW . '/1.9.4.4/map.xml';
        $open = $this->magento($shop, 'upgrade');
        file_put_contents($conflict, preg_replace('~<<<<<<<[^\n]*\n.*?>>>>>>>[^\n]*\n~s', "                    <param name=\"value\" value=\"resolved\" />\n", (string)file_get_contents($conflict)));

        $this->assertExit(3, $open);
        self::assertStringContainsString('not resolved yet', $open->stdout . $open->stderr);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertStringContainsString('value="resolved"', $shop->get(Site::TOOL . '/' . self::NEW . '/1.9.4.4/map.xml'));
        self::assertStringContainsString('acme_sitemap', $shop->get(Site::TOOL . '/' . self::NEW . '/1.9.4.4/map.xml'));
    }
}
