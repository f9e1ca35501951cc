<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** How composer.json requires the tool, and how it was installed: kept as it was, or told. */
final class RequirementTest extends ShopTestCase
{
    private const TOOL = 'magento/data-migration-tool';

    public function testTheToolInTheDevelopmentSectionStaysThereAndItsRangeIsTold(): void
    {
        $shop = $this->shop('require-dev');

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        $json = json_decode($shop->get('composer.json'), true);
        self::assertSame('2.4.6.1', $json['require-dev'][self::TOOL]);
        self::assertArrayNotHasKey(self::TOOL, $json['require']);
        self::assertContains(self::TOOL, array_column(json_decode($shop->get('composer.lock'), true)['packages-dev'], 'name'));
        self::assertContains(self::TOOL, json_decode($shop->get('vendor/composer/installed.json'), true)['dev-package-names']);
        self::assertStringContainsString('composer.json: "magento/data-migration-tool": "2.4.6.1" in require-dev (was "~2.4.4, <2.4.6")', $result->stderr);
    }

    /** @return array<string, array{string}> */
    public static function ranges(): array
    {
        return ['^2.4' => ['^2.4'], '~2.4.5' => ['~2.4.5'], '*' => ['*'], '2.4.*' => ['2.4.*'], '2.4.5 || 2.4.6.1' => ['2.4.5 || 2.4.6.1']];
    }

    #[DataProvider('ranges')]
    public function testARangeBecomesExactAndThatIsTold(string $range): void
    {
        $shop = $this->shop('range');
        $shop->put('composer.json', str_replace('"^2.4"', json_encode($range), $shop->get('composer.json')));
        $this->composer($shop, 'update', '--lock', '--no-install');

        $json = $this->magento($shop, 'upgrade', '--dry-run', '--format=json');
        $this->assertExit(0, $json);
        self::assertSame(['from' => $range, 'to' => '2.4.6.1', 'section' => 'require'], $json->json()['constraint']);
        self::assertStringContainsString(json_encode($range), $shop->get('composer.json'));

        $result = $this->magento($shop, 'upgrade');
        $this->assertExit(0, $result);
        self::assertStringContainsString(sprintf('"magento/data-migration-tool": "2.4.6.1" (was "%s")', $range), $result->stderr);
        self::assertStringContainsString(sprintf('(was "%s")', $range), $result->stdout);
        $this->assertUpgraded($shop);
    }

    public function testAShopThatDoesNotSayHowItWasInstalledGetsNoDevelopmentPackages(): void
    {
        $shop = $this->shop('no-dev-old');

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        self::assertFileDoesNotExist($shop->path('vendor/lockstep-fixture'));
        self::assertFalse(json_decode($shop->get('vendor/composer/installed.json'), true)['dev']);
    }

    public function testACheckoutWithCommitsAndEditsBecomesTheReleaseWithThem(): void
    {
        $shop = $this->shop('source');
        $head = trim($shop->get(Site::TOOL . '/.git/HEAD')); // Composer checks out no branch
        self::assertMatchesRegularExpression('/^[0-9a-f]{40}$/', $head);
        $before = $shop->snapshot();

        $status = $this->magento($shop, 'status', '--format=json')->json();
        self::assertContains('src/Migration/Handler/Convert.php', $status['customizations']['modified']);
        self::assertContains('src/Migration/Step/Acme/Loyalty.php', $status['customizations']['added'], 'a local commit is a customization');
        self::assertSame([], array_filter([...$status['customizations']['modified'], ...$status['customizations']['added']], static fn (string $path): bool => str_starts_with($path, '.git')));
        $this->assertExit(0, $this->magento($shop, 'upgrade', '--dry-run'));
        $this->assertUnchanged($before, $shop);

        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $result);

        $this->assertUpgraded($shop);
        self::assertStringContainsString('git checkout', $result->stderr);
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/.git'), 'the release comes from its archive');
        self::assertStringContainsString('edited by Acme, not committed', $shop->get(Site::TOOL . '/src/Migration/Handler/Convert.php'));
        self::assertStringContainsString('acme_loyalty_points', $shop->get(Site::MAP));
        self::assertFileExists($shop->path(Site::TOOL . '/src/Migration/Step/Acme/Loyalty.php'));
        self::assertSame('dist', $this->installed($shop)['installation-source']);
        $kept = glob($shop->path('var/lockstep/stage/*/root/' . Site::TOOL . '/.git/HEAD')) ?: [];
        self::assertCount(1, $kept, 'the undo copy has the checkout');
        $to = Site::directory('restored');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $result->json()['backup']['id'], '--tool', "--to=$to"));
        $restored = glob($to . '/{,' . Site::TOOL . '/}.git/HEAD', GLOB_BRACE) ?: [];
        self::assertSame([$head], array_map(static fn (string $file): string => trim((string)file_get_contents($file)), $restored), 'and so has the backup');
    }

    public function testABranchNeedsAVersion(): void
    {
        $shop = $this->shop('dev-tool');
        $before = $shop->snapshot();

        $refused = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(5, $refused);
        self::assertSame('branch', $refused->json()['error']['code']);
        self::assertStringContainsString('dev-2.4-develop', $refused->json()['error']['message']);
        self::assertStringContainsString('migration:tool:upgrade 2.4.6.1', $refused->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);

        $result = $this->magento($shop, 'upgrade', '2.4.6.1', '--format=json');
        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertSame('dev-2.4-develop', $result->json()['from']);
        self::assertSame(['from' => 'dev-2.4-develop', 'to' => '2.4.6.1', 'section' => 'require'], $result->json()['constraint']);
        self::assertStringContainsString('acme_loyalty_points', $shop->get(Site::MAP));
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/NEXT.txt'), 'a file of the branch is no customization');
    }

    public function testABranchWhoseCommitCannotBeHadNeedsThePristineDirectory(): void
    {
        $shop = $this->shop('dev-tool');
        $pristine = Site::directory('pristine');
        $this->assertExit(0, Program::run(['git', 'clone', '--quiet', $shop->path(Site::TOOL), "$pristine/tool"], '/', $this->environment()));
        $this->assertExit(0, Program::run(['rm', '-rf', $shop->path(Site::TOOL . '/.git')], '/', $this->environment()));
        $installed = json_decode($shop->get('vendor/composer/installed.json'), true);
        foreach ($installed['packages'] as $index => $package) {
            if ($package['name'] === self::TOOL) {
                $installed['packages'][$index]['source']['url'] = '/nowhere';
            }
        }
        $shop->put('vendor/composer/installed.json', (string)json_encode($installed));
        $before = $shop->snapshot();

        $refused = $this->magento($shop, 'upgrade', '2.4.6.1', '--format=json');
        $this->assertExit(4, $refused);
        self::assertStringContainsString('--pristine', $refused->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '2.4.6.1', "--pristine=$pristine/tool"));
        $this->assertUpgraded($shop);
        self::assertStringContainsString('acme_loyalty_points', $shop->get(Site::MAP));
    }

    public function testTheAbsentToolIsInstalled(): void
    {
        $shop = $this->shop();
        $this->composer($shop, 'remove', self::TOOL);
        self::assertFileDoesNotExist($shop->path(Site::TOOL));

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        self::assertSame('', $result->json()['from']);
        self::assertSame(['from' => '', 'to' => '2.4.6.1', 'section' => 'require'], $result->json()['constraint']);
        $this->assertUpgraded($shop);
    }

    private function composer(Site $shop, string ...$arguments): Result
    {
        $result = Program::run(['composer', ...$arguments, '--no-interaction', '--no-progress', '--no-audit'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1']));
        $this->assertExit(0, $result);

        return $result;
    }

    /** @return array<string, mixed> the tool's entry of installed.json */
    private function installed(Site $shop): array
    {
        foreach (json_decode($shop->get('vendor/composer/installed.json'), true)['packages'] as $package) {
            if ($package['name'] === self::TOOL) {
                return $package;
            }
        }
        self::fail('the tool is not installed');
    }
}
