<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** The user's own code that builds on the tool, tried with the new release. */
final class CodeTest extends ShopTestCase
{
    private const MODULE = 'app/code/Acme/Migration/';
    private const FOUND = [
        'Own.php:9' => 'constructor-changed',
        'Own.php:14' => 'method-gone',
        'Own.php:16' => 'method-changed',
        'OwnLeaf.php:5' => 'does-not-load',
        'OwnReader.php:9' => 'does-not-load',
        'UsesGone.php:5' => 'class-gone',
        'etc/config.xml:62' => 'does-not-load',
        'etc/config.xml:94' => 'file-missing',
        'etc/di.xml:3' => 'class-gone',
    ];

    public function testWhatFitsNoMoreIsToldAndWhatWasBrokenBeforeIsNot(): void
    {
        $shop = $this->shop('modules-code');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUnchanged($before, $shop);
        $found = [];
        foreach ($result->json()['code'] as $finding) {
            $found[substr($finding['file'], strlen(self::MODULE)) . ':' . $finding['line']] = $finding['kind'];
            self::assertStringContainsString("$finding[file]:$finding[line]: $finding[message]", $result->stderr);
        }
        self::assertSame(self::FOUND, $found);

        $this->assertExit(0, $this->magento($shop, 'upgrade')); // they are warnings
        $this->assertUpgraded($shop);
        self::assertSame([], $this->magento($shop, 'upgrade', '--format=json')->json()['code']);
    }

    public function testStrictStopsAndChangesNothing(): void
    {
        $shop = $this->shop('modules-code');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--strict', '--format=json');
        $this->assertExit(3, $result);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
        self::assertSame('code', $result->json()['error']['code']);
        self::assertStringContainsString(self::MODULE . 'UsesGone.php:5: Migration\Acme\Gone', $result->json()['error']['message']);
        self::assertCount(count(self::FOUND), $result->json()['code']);
    }

    public function testCodeThatFitsPasses(): void
    {
        $shop = $this->shop('modules');
        $result = $this->magento($shop, 'upgrade', '--strict', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame([], $result->json()['code']);
    }

    /** A class of the user's own in the tool's directory is carried over, and checked as well. */
    public function testClassesAddedToTheToolAreChecked(): void
    {
        $shop = $this->shop('modules-code');
        mkdir($shop->path(Site::TOOL . '/src/Migration/Step/Acme'));
        $shop->put(Site::TOOL . '/src/Migration/Step/Acme/Mine.php', "<?php\n\nnamespace Migration\\Step\\Acme;\n\nuse Migration\\Acme\\Base;\n\nclass Mine extends Base\n{\n    public function __construct()\n    {\n    }\n}\n");
        $result = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');
        $this->assertExit(0, $result);
        self::assertContains([Site::TOOL . '/src/Migration/Step/Acme/Mine.php', 9, 'constructor-changed'], array_map(static fn (array $finding): array => [$finding['file'], $finding['line'], $finding['kind']], $result->json()['code']));
    }
}
