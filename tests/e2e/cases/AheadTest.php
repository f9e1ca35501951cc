<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\RepositoryServer;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** upgrade --for: what comes with a Magento that is not installed yet. */
final class AheadTest extends ShopTestCase
{
    private const PRODUCT = 'magento/product-community-edition';
    private const TOOL = 'magento/data-migration-tool';

    public function testTheToolIsInTheWay(): void
    {
        $shop = $this->ahead();
        $shop->put('composer.json', str_replace('"config": {', '"scripts": {"pre-command-run": "touch ' . $shop->path('ran') . '", "pre-update-cmd": "touch ' . $shop->path('ran') . '"},' . "\n    " . '"config": {', $shop->get('composer.json')));
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade', '--for=2.4.7', '--format=json');
        $this->assertExit(2, $result);
        $this->assertUnchanged($before, $shop); // and no script of the shop was run
        $json = $result->json();
        self::assertSame('action-required', $json['status']);
        self::assertSame('2.4.7', $json['for']);
        self::assertSame(['2.4.7', 'exact'], [$json['target']['version'], $json['target']['rule']]);
        self::assertFalse($json['match']);
        self::assertTrue($json['blocks']);
        self::assertSame(['with' => 'needed', 'tool' => '2.4.7'], $json['solved']);
        self::assertMatchesRegularExpression('~data-migration-tool 2\.4\.5 requires symfony/console \^5\.4~', $json['conflict']);
        self::assertNull($json['platform']);
        self::assertSame(basename((glob($shop->path('var/lockstep/customizations/2*')) ?: [''])[0]), $json['saved']['id']);
        self::assertSame([
            'bin/magento migration:tool:backup --code',
            'composer require magento/product-community-edition:2.4.7 magento/data-migration-tool:2.4.7 --no-update',
            'composer update',
            'bin/magento setup:upgrade',
            'bin/magento migration:tool:upgrade --customizations-from=' . $json['saved']['id'],
        ], $json['next']);
        self::assertSame([], glob($shop->path('var/lockstep/{query,stage}/*'), GLOB_BRACE));

        $text = $this->magento($shop, 'upgrade', '--for=2.4.7');
        $this->assertExit(2, $text);
        foreach (['only with the tool 2.4.7', 'symfony/console', '$ ' . $json['next'][1], $json['saved']['id']] as $words) {
            self::assertStringContainsString($words, $text->stdout);
        }

        // Composer itself, in the shop: as it was foretold
        $this->composer($shop, 'require', self::PRODUCT . ':2.4.7', '--no-update');
        self::assertNotSame(0, $this->composer($shop, 'update', '--no-install')->exit);
        self::assertSame(0, $this->composer($shop, ...array_slice(explode(' ', $json['next'][1]), 1))->exit);
        $this->assertExit(0, $this->composer($shop, 'update', '--no-install'));
    }

    public function testNothingIsInTheWay(): void
    {
        $shop = $this->ahead();
        $json = $this->magento($shop, 'upgrade', '--for=2.4.6-p1', '--format=json')->json();
        self::assertSame([0, 'ok', false, null], [$json['exit_code'], $json['status'], $json['blocks'], $json['conflict']]);
        self::assertSame(['2.4.6.1', 'hotfix'], [$json['target']['version'], $json['target']['rule']]);
        self::assertSame(['with' => 'installed', 'tool' => '2.4.5'], $json['solved']);
        self::assertSame('composer require magento/product-community-edition:2.4.6-p1 --no-update', $json['next'][1]);
        self::assertSame('bin/magento migration:tool:upgrade', end($json['next']));
        self::assertStringContainsString('no: Composer', $this->magento($shop, 'upgrade', '--for=2.4.6-p1')->stdout);
    }

    public function testComposerItselfWouldReplaceTheTool(): void
    {
        $shop = $this->ahead();
        $shop->put('composer.json', str_replace('"' . self::TOOL . '": "2.4.5"', '"' . self::TOOL . '": "^2.4"', $shop->get('composer.json')));
        $result = $this->magento($shop, 'upgrade', '--for=2.4.7', '--format=json');
        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame([false, '2.4.7'], [$json['blocks'], $json['solved']['tool']]);
        self::assertSame('bin/magento migration:tool:upgrade --customizations-from=' . $json['saved']['id'], end($json['next']));
    }

    public function testTheNeededToolIsInTheWayToo(): void
    {
        $json = $this->magento($this->ahead(), 'upgrade', '--for=2.4.8', '--format=json')->json();
        self::assertSame([2, true], [$json['exit_code'], $json['blocks']]);
        self::assertSame(['with' => 'none', 'tool' => null], $json['solved']);
        self::assertContains('composer remove magento/data-migration-tool --no-update', $json['next']);
    }

    public function testSomethingElseIsInTheWay(): void
    {
        $shop = $this->ahead();
        $result = $this->magento($shop, 'upgrade', '--for=2.4.9', '--format=json');
        $this->assertExit(5, $result); // there is no release for it, either
        $json = $result->json();
        self::assertSame('no-release', $json['error']['code']);
        self::assertSame([null, null, []], [$json['blocks'], $json['solved']['with'], $json['next']]);
        self::assertStringContainsString('lockstep-fixture/dev-tool', $json['conflict']);

        $consented = $this->magento($shop, 'upgrade', '--for=2.4.9', '--nearest', '--format=json');
        $this->assertExit(2, $consented);
        self::assertSame('nearest', $consented->json()['target']['rule']);
    }

    public function testAnotherPhpIsNeeded(): void
    {
        $json = $this->magento($this->ahead(), 'upgrade', '--for=2.4.6-p2', '--format=json')->json();
        self::assertSame([0, false], [$json['exit_code'], $json['blocks']]);
        self::assertStringContainsString('php', $json['platform']);
    }

    public function testAVersionThatIsNoneOrBehind(): void
    {
        $shop = $this->ahead();
        $before = $shop->snapshot();
        foreach (['--for=latest' => 'invalid', '--for=' => 'invalid', '--for=2.4.5' => 'older'] as $option => $code) {
            $result = $this->magento($shop, 'upgrade', $option, '--format=json');
            $this->assertExit(4, $result);
            self::assertSame($code, $result->json()['error']['code'], $option);
        }
        $this->assertExit(4, $this->magento($shop, 'upgrade', '--for=2.4.7', '--dry-run'));
        $this->assertExit(4, $this->magento($shop, 'upgrade', '--for=2.4.7', '2.4.7'));
        $result = $this->magento($shop, 'upgrade', '--for=2.4.6-p9', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame(['no-magento', '2.4.6.1'], [$result->json()['error']['code'], $result->json()['target']['version']]);
        $this->assertUnchanged($before, $shop);
    }

    public function testWithoutTheRepositoriesTheRulesAnswer(): void
    {
        $shop = $this->shop('ahead');
        $url = json_decode($shop->get('composer.json'), true)['repositories']['shop']['url'];
        $server = RepositoryServer::start(substr($url, 7));
        try {
            $shop->put('composer.json', str_replace($url, $server->url(), $shop->get('composer.json')));
            $shop->put('composer.json', str_replace('"shop": {', '"shop": {"options": {"http": {"timeout": 5}},', str_replace('"config": {', '"config": {"secure-http": false,', $shop->get('composer.json'))));
            $this->assertExit(0, $this->magento($shop, 'releases'));
        } finally {
            $server->stop();
        }
        $empty = $this->environment(['COMPOSER_CACHE_DIR' => Site::directory('cache')]); // with a filled one Composer answers offline, too
        $result = $this->inShop($shop, $empty, 'upgrade', '--for=2.4.6-p1', '--format=json');
        $this->assertExit(4, $result);
        $json = $result->json();
        self::assertSame(['network', '2.4.6.1', 'hotfix', null], [$json['error']['code'], $json['target']['version'], $json['target']['rule'], $json['blocks']]);

        unlink($shop->path('var/lockstep/releases.json'));
        $result = $this->inShop($shop, $empty, 'upgrade', '--for=2.4.6-p1', '--format=json');
        $this->assertExit(4, $result);
        $json = $result->json();
        self::assertSame(['network', '', 'none'], [$json['error']['code'], $json['target']['version'], $json['target']['rule']]);
        self::assertStringContainsString('2.4.6', $json['target']['reason']);
    }

    /** A shop whose repositories know later versions of Magento, of which metadata are enough: nothing is installed. */
    private function ahead(): Site
    {
        $shop = $this->shop('ahead');
        $packages = [];
        $add = static function (string $name, string $version, array $require, array $conflict = []) use (&$packages): void {
            $packages[$name][$version] = array_filter(['name' => $name, 'version' => $version, 'type' => 'metapackage', 'require' => $require, 'conflict' => $conflict]);
        };
        $add('symfony/console', '6.4.99', []);
        $add(self::PRODUCT, '2.4.6-p1', ['magento/framework' => '103.0.6', 'magento/magento2-base' => '2.4.6']);
        $add(self::PRODUCT, '2.4.6-p2', ['php' => '>=99', 'magento/framework' => '103.0.6', 'magento/magento2-base' => '2.4.6']);
        $add(self::PRODUCT, '2.4.7', ['symfony/console' => '^6.4']);
        $add(self::PRODUCT, '2.4.8', ['symfony/console' => '^6.4']);
        $add(self::PRODUCT, '2.4.9', [], ['lockstep-fixture/dev-tool' => '*']);
        $add(self::TOOL, '2.4.7', ['symfony/console' => '>=5.4']);
        $add(self::TOOL, '2.4.8', ['symfony/console' => '^5.4']);
        $directory = Site::directory('ahead');
        file_put_contents("$directory/packages.json", json_encode(['packages' => $packages], JSON_THROW_ON_ERROR));
        $manifest = json_decode($shop->get('composer.json'));
        $manifest->repositories = (object)(['ahead' => ['type' => 'composer', 'url' => "file://$directory", 'canonical' => false]] + (array)$manifest->repositories);
        $shop->put('composer.json', json_encode($manifest, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");

        return $shop;
    }

    private function composer(Site $shop, string ...$arguments): \Lockstep\Tests\E2e\Result
    {
        return Program::run(['composer', ...$arguments, '--no-interaction', '--no-audit', '--no-plugins'], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1']));
    }
}
