<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Fences;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;

/** A plugin that attacks the live tree from the stage, and root scripts that would run the live shop. */
final class HostileTest extends ShopTestCase
{
    private const ALLOWED = '~^\S+ (vendor/magento/data-migration-tool(/|$| )|vendor/composer[/ ]|vendor/autoload\.php|composer\.(json|lock) )~';

    /** @dataProvider kernels */
    public function testAPluginDoesNotTouchTheLiveTree(string $fence): void
    {
        $shop = $this->shop('hostile');
        $before = $shop->snapshot();

        $result = $this->upgrade($fence, $shop, '-v');

        $this->assertExit(0, $result);
        foreach (['write', 'overwrite', 'unlink', 'rename', 'mkdir', 'symlink'] as $what) {
            self::assertMatchesRegularExpression("/hostile: $what [^\n]*: denied/", $result->all(), 'the plugin ran in the stage');
            self::assertDoesNotMatchRegularExpression("/hostile: $what [^\n]*: done/", $result->all(), 'the fence holds');
        }
        $this->assertOnlyTheToolChanged($before, $shop, $result);
        self::assertMatchesRegularExpression("/^Fence +$fence\b/m", $result->stdout);
        $chmod = $fence === 'landlock' ? 'done' : 'denied';
        self::assertMatchesRegularExpression("/hostile: chmod [^\n]*: $chmod/", $result->all());
        self::assertSame($fence === 'landlock', preg_match('/permissions of "pub\/index.php" were changed/', $result->stderr) === 1, 'chmod is no secret');
        $this->assertUpgraded($shop);
    }

    /** @return array<string, array{string}> */
    public static function kernels(): array
    {
        return array_diff_key(Fences::all(), ['copies' => true]);
    }

    public function testWithoutAFenceAPluginWorksOnCopies(): void
    {
        $shop = $this->shop('hostile');
        $before = $shop->snapshot();

        $result = $this->upgrade('copies', $shop, '-v');

        $this->assertExit(0, $result);
        foreach (['unlink lib/internal/README.txt', 'write app/code/Acme/hostile.php', 'mkdir generated/hostile', 'write pub/media/hostile.txt', 'reinstall vendor/psr/container'] as $what) {
            self::assertStringContainsString("hostile: $what: done", $result->all(), 'nothing stopped it');
        }
        self::assertStringContainsString('neither Landlock nor a mount namespace', $result->stderr);
        self::assertMatchesRegularExpression('/^Fence +copies\b/m', $result->stdout);
        $this->assertOnlyTheToolChanged($before, $shop, $result);
        $this->assertUpgraded($shop);
    }

    public function testWithoutAFenceWhatAPluginDidIsNamed(): void
    {
        $shop = $this->shop('hostile-links');
        $tool = $shop->toolVersions();

        $result = $this->upgrade('copies', $shop);

        $this->assertExit(10, $result);
        $named = ['app/code/Acme/Loyalty/registration.php', 'hostile', 'lib/internal/README.txt', 'pub/hostile.php', 'pub/index.php', 'vendor/hostile', 'vendor/magento/data-migration-tool/hostile.php'];
        foreach ($named as $path) {
            self::assertMatchesRegularExpression('~^\s+' . preg_quote($path, '~') . '$~m', $result->stderr, 'what was done is named');
        }
        self::assertStringContainsString('no write fence', $result->stderr);
        self::assertSame($tool, $shop->toolVersions(), 'nothing was put in place');
        $this->assertNoStageLeft($shop);
    }

    public function testWithoutAFenceOtherPackagesMayNotChange(): void
    {
        $shop = $this->shop('hostile');
        $before = $shop->snapshot();

        $result = $this->upgrade('copies', $shop, '--with-dependencies', '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('no-fence', $result->json()['error']['code']);
        self::assertStringContainsString('Landlock', $result->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);
    }

    public function testRootScriptsAreListedNotRun(): void
    {
        $shop = $this->shop('scripts');
        $flushed = $shop->get('var/cache-flushed');

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertSame($flushed, $shop->get('var/cache-flushed'), 'no bin/magento cache:flush in the live shop');
        self::assertStringContainsString('post-update-cmd', $result->all(), 'the scripts are listed');
    }

    public function testRootScriptsRunInTheLiveShopOnDemand(): void
    {
        $shop = $this->shop('scripts');
        $flushed = $shop->get('var/cache-flushed');

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--run-scripts'));

        self::assertNotSame($flushed, $shop->get('var/cache-flushed'));
        $this->assertUpgraded($shop);
    }

    private function upgrade(string $fence, Site $shop, string ...$arguments): Result
    {
        return Program::run(Fences::only($fence, [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', ...$arguments]), $shop->root, $this->environment());
    }

    private function assertOnlyTheToolChanged(Snapshot $before, Site $shop, Result $result): void
    {
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression(self::ALLOWED, $difference, (string)$result);
        }
    }
}
