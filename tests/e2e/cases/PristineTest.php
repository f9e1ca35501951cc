<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** The installed release as it was released: given, refused, or not to be had at all. */
final class PristineTest extends ShopTestCase
{
    private const MAP = 'etc/opensource-to-opensource/1.9.4.4/map.xml';

    public function testWithoutItNothingIsGuessed(): void
    {
        $shop = $this->shop();
        $kept = $this->hide($shop);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        $this->assertUnchanged($before, $shop);
        $error = $result->json()['error'];
        self::assertSame('no-pristine', $error['code']);
        foreach (['--pristine', '--on-conflict=new', '--on-conflict=mine'] as $way) {
            self::assertStringContainsString($way, $error['hint']);
        }

        $this->assertExit(0, $this->magento($shop, 'upgrade', "--pristine=$kept"));
        $this->assertUpgraded($shop);
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    /** With no base, what differs is a conflict, and the user said which side is wanted. */
    public function testTheUserMaySayWhatBecomesOfEveryFile(): void
    {
        $handler = '/src/Migration/Handler/ShippingMethod.php';
        $mine = $this->shop();
        $edited = $mine->get(Site::TOOL . $handler);
        $this->hide($mine);
        $result = $this->magento($mine, 'upgrade', '--on-conflict=mine', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame('none', $result->json()['merge']['base']);
        self::assertContains('src/Migration/Handler/ShippingMethod.php', $result->json()['merge']['conflicts']);
        self::assertSame($edited, $mine->get(Site::TOOL . $handler));
        self::assertFileExists($mine->path(Site::TOOL . $handler . '.new'));
        self::assertStringContainsString('acme_loyalty', $mine->get(Site::MAP));
        self::assertSame(['2.4.6.1'], array_values(array_unique($mine->toolVersions())));

        $new = $this->shop();
        $this->hide($new);
        $this->assertExit(0, $this->magento($new, 'upgrade', '--on-conflict=new'));
        $this->assertUpgraded($new);
        self::assertSame($edited, $new->get(Site::TOOL . $handler . '.mine'));
        self::assertStringContainsString('acme_loyalty', $new->get(Site::MAP), 'what only the user has stays');
    }

    public function testAnArchiveThatIsNotTheLockedOneIsRefused(): void
    {
        $shop = $this->shop();
        $kept = $this->hide($shop);
        $repacked = dirname($kept) . '/repacked.zip';
        $directory = Site::directory('unpacked');
        Program::run(['unzip', '-q', $kept, '-d', $directory], '/', $this->environment());
        Program::run(['zip', '-qr', $repacked, '.'], $directory, $this->environment());
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', "--pristine=$repacked", '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('shasum', $result->json()['error']['code']);
        self::assertStringContainsString('2.4.5', $result->json()['error']['hint']);

        $other = dirname($shop->root) . '/repository-default/dist/magento-data-migration-tool-2.4.4.zip';
        $this->assertExit(4, $this->magento($shop, 'upgrade', "--pristine=$other"));
        $wrong = Site::directory('wrong');
        Program::run(['unzip', '-q', $other, '-d', $wrong], '/', $this->environment());
        $this->assertExit(4, $this->magento($shop, 'upgrade', "--pristine=$wrong"));
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'upgrade', "--pristine=$directory"));
        self::assertStringContainsString('acme_loyalty', $shop->get(Site::MAP));
    }

    /** A checkout says by its commits which release it is; what is checked out does not matter. */
    public function testAGitCheckoutMustHaveTheLockedCommit(): void
    {
        $shop = $this->shop('dev-tool');
        $place = Site::directory('checkout');
        $this->git('/', 'clone', '--quiet', $shop->path(Site::TOOL), "$place/tool");
        Program::run(['rm', '-rf', $shop->path(Site::TOOL . '/.git')], '/', $this->environment());
        $this->git("$place/tool", 'checkout', '--quiet', '--orphan', 'other');
        file_put_contents("$place/tool/README.md", "Another state\n");
        $this->git("$place/tool", 'commit', '--quiet', '-am', 'Another state');
        mkdir("$place/foreign");
        Program::run(['cp', '-a', "$place/tool/composer.json", "$place/foreign/composer.json"], '/', $this->environment());
        $this->git("$place/foreign", 'init', '--quiet');
        $before = $shop->snapshot();

        $refused = $this->magento($shop, 'upgrade', '2.4.6.1', "--pristine=$place/foreign", '--format=json');
        $this->assertExit(4, $refused);
        self::assertSame('pristine', $refused->json()['error']['code']);
        $this->assertUnchanged($before, $shop);

        $result = $this->magento($shop, 'upgrade', '2.4.6.1', "--pristine=$place/tool", '--format=json');
        $this->assertExit(0, $result);
        self::assertNotContains('README.md', $result->json()['customizations']['modified'], 'the commit counts, not what is checked out');
    }

    private function git(string $directory, string ...$arguments): void
    {
        $this->assertExit(0, Program::run(['git', '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...$arguments], $directory, $this->environment()));
    }

    /** Neither Composer's cache nor a repository has the installed release any more. Returns where its archive is kept. */
    private function hide(Site $shop): string
    {
        $kept = Site::directory('kept') . '/2.4.5.zip';
        copy(dirname($shop->root) . '/repository-default/dist/magento-data-migration-tool-2.4.5.zip', $kept);
        foreach (['composer.lock', 'vendor/composer/installed.json'] as $file) {
            $text = $shop->get($file);
            self::assertStringContainsString('magento-data-migration-tool-2.4.5.zip', $text);
            $shop->put($file, str_replace('magento-data-migration-tool-2.4.5.zip', 'gone-2.4.5.zip', $text));
        }

        return $kept;
    }
}
