<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Customizations that the next release contradicts. */
final class ConflictTest extends ShopTestCase
{
    private const MAP = 'etc/opensource-to-opensource/1.9.4.4/map.xml';

    public function testAConflictStopsAndChangesNothing(): void
    {
        $shop = $this->shop('conflict');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(3, $result);
        $this->assertUnchanged($before, $shop);
        $json = $result->json();
        self::assertEqualsCanonicalizing([self::MAP, 'NOTES.txt'], $json['merge']['conflicts']);
        self::assertNotSame('', $json['error']['hint']);
        $conflicts = $this->conflicts($shop);
        self::assertStringContainsString('<<<<<<<', (string)file_get_contents("$conflicts/" . self::MAP));
        self::assertStringContainsString('value="acme"', (string)file_get_contents("$conflicts/" . self::MAP . '.mine'));
        self::assertStringContainsString('value="1"', (string)file_get_contents("$conflicts/" . self::MAP . '.theirs'));
        self::assertStringContainsString('value="0"', (string)file_get_contents("$conflicts/" . self::MAP . '.base'));
        self::assertFileExists("$conflicts/NOTES.txt.mine");
    }

    public function testAResolutionIsTakenByTheNextRun(): void
    {
        $shop = $this->shop('conflict');
        $this->assertExit(3, $this->magento($shop, 'upgrade'));
        $conflicts = $this->conflicts($shop);
        $merged = (string)file_get_contents("$conflicts/" . self::MAP);
        $resolved = preg_replace('~<<<<<<<[^\n]*\n.*?>>>>>>>[^\n]*\n~s', "                    <param name=\"value\" value=\"resolved\" />\n", $merged);
        file_put_contents("$conflicts/" . self::MAP, $resolved);

        $this->assertExit(3, $this->magento($shop, 'upgrade'));
        $conflicts = $this->conflicts($shop);
        file_put_contents("$conflicts/NOTES.txt", "Kept, after a look.\n");
        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        self::assertStringContainsString('value="resolved"', $shop->get(Site::MAP));
        self::assertStringContainsString('acme_loyalty_cards', $shop->get(Site::MAP));
        self::assertSame("Kept, after a look.\n", $shop->get(Site::TOOL . '/NOTES.txt'));
    }

    /** Each side declares a property of the same name, in another place: the lines merge, the class does not compile. */
    public function testPhpThatDoesNotCompileOnceMergedIsAConflict(): void
    {
        $shop = $this->shop();
        $path = 'src/Migration/Logger/Logger.php';
        $shop->put(Site::TOOL . "/$path", (string)preg_replace('/\}\s*$/', "\n    private int \$level = 100;\n}\n", $shop->get(Site::TOOL . "/$path")));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(3, $result);
        $this->assertUnchanged($before, $shop);
        self::assertSame([$path], $result->json()['merge']['conflicts']);
        $conflicts = $this->conflicts($shop);
        self::assertStringContainsString('$level = 100', (string)file_get_contents("$conflicts/$path"));
        self::assertStringContainsString('$level = 200', (string)file_get_contents("$conflicts/$path.theirs"));
        self::assertStringNotContainsString('$level = 200', (string)file_get_contents("$conflicts/$path.mine"));

        $this->assertExit(3, $this->magento($shop, 'upgrade')); // as it was left it is no resolution
        $conflicts = $this->conflicts($shop);
        copy("$conflicts/$path.theirs", "$conflicts/$path");
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertStringNotContainsString('$level = 100', $shop->get(Site::TOOL . "/$path"));
    }

    public function testMineAndNewOnDemand(): void
    {
        $shop = $this->shop('conflict');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--on-conflict=mine'));
        $this->assertUpgraded($shop);
        self::assertStringContainsString('value="acme"', $shop->get(Site::MAP));

        $shop = $this->shop('conflict');
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--on-conflict=new'));
        $this->assertUpgraded($shop);
        self::assertStringNotContainsString('value="acme"', $shop->get(Site::MAP));
        self::assertStringContainsString('value="acme"', $shop->get(Site::MAP . '.mine'));
    }

    public function testADryRunTellsTheConflictToo(): void
    {
        $shop = $this->shop('conflict');
        $before = $shop->snapshot();
        $this->assertExit(3, $this->magento($shop, 'upgrade', '--dry-run'));
        $this->assertUnchanged($before, $shop);
    }

    private function conflicts(Site $shop): string
    {
        $found = array_filter(glob($shop->path('var/lockstep/conflicts/*')) ?: [], 'is_dir');
        self::assertNotSame([], $found, 'conflict files are left');
        sort($found);

        return (string)end($found);
    }
}
