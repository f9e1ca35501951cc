<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Fences;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** Whole upgrades on machines with each write fence, as root and as an ordinary user; and what a shop may write meanwhile. */
final class FenceTest extends ShopTestCase
{
    private const NOBODY = 65534;

    /** @dataProvider machines */
    public function testAnUpgradeWithEachFence(string $fence, bool $asRoot): void
    {
        $shop = $this->shop();
        $user = $asRoot ? [] : $this->giveAway($shop);
        $before = $shop->snapshot();

        $dry = $this->upgrade($fence, $shop, $user, '--dry-run', '--format=json');

        $this->assertExit(0, $dry);
        self::assertSame($fence, $dry->json()['fence']);
        $this->assertUnchanged($before, $shop, 'a dry run changes nothing');

        $result = $this->upgrade($fence, $shop, $user, '--format=json');

        $this->assertExit(0, $result);
        self::assertSame($fence, $result->json()['fence']);
        self::assertSame($fence, json_decode($shop->get('var/lockstep/last-upgrade.json'), true)['fence']);
        $this->assertUpgraded($shop);
        self::assertSame([$asRoot ? 0 : self::NOBODY], array_values(array_unique(self::owners($shop))), 'files are the owner\'s');
        $again = $this->upgrade($fence, $shop, $user, '--format=json');
        $this->assertExit(0, $again);
        self::assertSame(array_keys($result->json()), array_keys($again->json()), 'the same keys in every run');
    }

    /** @return iterable<string, array{string, bool}> */
    public static function machines(): iterable
    {
        foreach (array_keys(Fences::all()) as $fence) {
            yield "$fence, root" => [$fence, true];
            yield "$fence, ordinary user" => [$fence, false];
        }
    }

    /** @dataProvider everyFence */
    public function testTheShopMayGoOnMeanwhile(string $fence): void
    {
        $shop = $this->shop();
        mkdir($shop->path('pub/.well-known'));

        $result = $this->meanwhile($fence, $shop, 'echo x >pub/sitemap.xml; echo x >pub/media/a.jpg; mkdir -p pub/feeds pub/static/frontend; echo x >pub/feeds/g.csv; echo x >error_log; mkdir -p var/log; echo x >var/log/system.log; echo x >generated/Proxy.php; echo x >pub/.well-known/token');

        $this->assertExit(0, $result);
        self::assertFileExists($shop->path('pub/sitemap.xml'), 'it was written while the upgrade ran');
        $this->assertUpgraded($shop);
    }

    /** @return array<string, array{string}> */
    public static function everyFence(): array
    {
        return Fences::all();
    }

    public function testCodeMayNotChangeMeanwhile(): void
    {
        $shop = $this->shop();
        $tool = $shop->toolVersions();
        $paths = ['app/code/Acme/Loyalty/new.xml', 'app/code/Acme/Loyalty/registration.php', 'app/etc/config.php', 'composer.json', 'index.php', 'lib/internal/README.txt', 'pub/.htaccess', 'pub/errors/new.php', 'vendor/magento/framework/registration.php'];

        $result = $this->meanwhile('landlock', $shop, 'mkdir pub/errors; for file in ' . implode(' ', $paths) . '; do echo >>$file; done; rm pub/index.php');

        $this->assertExit(10, $result);
        foreach ([...$paths, 'pub/index.php'] as $path) {
            self::assertMatchesRegularExpression('~^\s+' . preg_quote($path, '~') . '$~m', $result->stderr);
        }
        self::assertSame($tool, $shop->toolVersions());
        $this->assertNoStageLeft($shop);
    }

    public function testWhatIsMountedInTheShopIsProvedToo(): void
    {
        $shop = $this->shop();
        $volume = Site::directory('volume');
        $tool = $shop->toolVersions();
        Program::run(['cp', '-a', $shop->path('app/code') . '/.', $volume], '/', getenv());

        $result = $this->meanwhile('landlock', $shop, 'echo x >>app/code/Acme/Loyalty/registration.php', ['unshare', '-m', 'sh', '-c', 'mount --bind "$0" app/code && exec "$@"', $volume]);

        $this->assertExit(10, $result);
        self::assertMatchesRegularExpression('~^\s+app/code/Acme/Loyalty/registration.php$~m', $result->stderr);
        self::assertSame($tool, $shop->toolVersions());
    }

    public function testWithoutAFenceTheCopiesMustFit(): void
    {
        $shop = $this->shop();
        file_put_contents($shop->path('lib/internal/large'), str_repeat("\0", 60 << 20));
        $disk = Site::directory('disk');
        $onDisk = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=150m disk "$0" && cp -a . "$0" && cd "$0" && exec "$@"', $disk];

        $upgrade = fn (string $fence): Result => Program::run([...$onDisk, ...Fences::only($fence, [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', '--dry-run', '--format=json'])], $shop->root, $this->environment());

        $result = $upgrade('copies');

        $this->assertExit(4, $result);
        self::assertSame('no-space', $result->json()['error']['code']);
        $this->assertExit(0, $upgrade('namespace'));
    }

    /** What is linked from outside can be reached through the stage's link: without a fence only the proof is left. */
    public function testWithoutAFenceWhatLinksLeadToIsProvedToo(): void
    {
        $shop = $this->shop();
        $shared = Site::directory('shared');
        file_put_contents("$shared/env.php", $shop->get('app/etc/env.php'));
        unlink($shop->path('app/etc/env.php'));
        symlink("$shared/env.php", $shop->path('app/etc/env.php'));
        mkdir("$shared/modules");
        symlink("$shared/modules", $shop->path('app/code/Shared'));

        $result = $this->meanwhile('copies', $shop, "echo '//' >>$shared/env.php; echo x >$shared/modules/new.php");

        $this->assertExit(10, $result);
        foreach (["$shared/env.php", "$shared/modules/new.php"] as $path) {
            self::assertMatchesRegularExpression('~^\s+' . preg_quote($path, '~') . '$~m', $result->stderr);
        }
    }

    public function testWithoutAFenceALinkedCodeDirectoryIsRefused(): void
    {
        $shop = $this->shop();
        $elsewhere = Site::directory('elsewhere');
        rename($shop->path('app/code'), "$elsewhere/code");
        symlink("$elsewhere/code", $shop->path('app/code'));
        $before = $shop->snapshot();

        $result = $this->upgrade('copies', $shop, [], '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('no-fence', $result->json()['error']['code']);
        $this->assertUnchanged($before, $shop);
    }

    /** @dataProvider patchPlugins */
    public function testWithoutAFencePatchPluginsWorkInTheStage(string $kind): void
    {
        $shop = $this->shop($kind);
        $other = $shop->get('vendor/lockstep-fixture/dev-tool/composer.json');

        $result = $this->upgrade('copies', $shop, []);

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertStringContainsString('// patched: trim', $shop->get(Site::TOOL . '/src/Migration/Handler/Convert.php'));
        self::assertSame($other, $shop->get('vendor/lockstep-fixture/dev-tool/composer.json'));
    }

    /** @return array<string, array{string}> */
    public static function patchPlugins(): array
    {
        return ['cweagans' => ['patched'], 'as vaimo' => ['patched-vaimo']];
    }

    /** What a stage without a fence stands on: a package that is a link is removed as a link, when it is replaced or reinstalled. */
    public function testComposerRemovesALinkAndNotWhatItLeadsTo(): void
    {
        $shop = $this->shop();
        $package = 'vendor/magento/framework';
        $live = Site::directory('live') . '/framework';
        rename($shop->path($package), $live);
        symlink($live, $shop->path($package));
        $before = Snapshot::of($live);

        $result = Program::run(['composer', 'reinstall', 'magento/framework', '-n', '--no-scripts'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1']));

        $this->assertExit(0, $result);
        self::assertFalse(is_link($shop->path($package)), (string)$result);
        self::assertSame([], $before->differences(Snapshot::of($live)));
    }

    /**
     * @param list<string> $before what the command is run by
     */
    private function upgrade(string $fence, Site $shop, array $before, string ...$arguments): Result
    {
        return Program::run(Fences::only($fence, [...$before, ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', ...$arguments]), $shop->root, $this->environment());
    }

    /**
     * Runs a script of sh in the shop while Composer works in the stage: after the first scan of the live tree, before the second.
     *
     * @param list<string> $before
     */
    private function meanwhile(string $fence, Site $shop, string $script, array $before = []): Result
    {
        $wait = 'until [ -n "$(find var/lockstep/stage -name composer.json -path "*/root/composer.json" 2>/dev/null)" ]; do sleep 0.01; done; ' . $script;

        return Program::run(
            Fences::only($fence, [...$before, 'sh', '-c', '(' . $wait . ') & exec "$0" "$@"', ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n']),
            $shop->root,
            $this->environment(),
        );
    }

    /** @return list<string> what runs a command as the shop's new owner */
    private function giveAway(Site $shop): array
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a shop to another user');
        }
        self::assertSame(0, Program::run(['chown', '-R', self::NOBODY . ':' . self::NOBODY, $shop->root], '/', getenv())->exit);

        return ['env', 'HOME=/nonexistent', 'setpriv', '--reuid=' . self::NOBODY, '--regid=' . self::NOBODY, '--clear-groups'];
    }

    /** @return list<int> */
    private static function owners(Site $shop): array
    {
        return array_map(static fn (string $path): int => (int)fileowner($shop->path($path)), ['composer.json', 'composer.lock', 'vendor/autoload.php', 'vendor/composer/installed.json', Site::TOOL, Site::TOOL . '/composer.json', Site::MAP]);
    }
}
