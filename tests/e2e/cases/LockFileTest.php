<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** A composer.lock that is not the one of composer.json, of what is installed, or of Composer 2. */
final class LockFileTest extends ShopTestCase
{
    /** @return iterable<string, array{callable(array<string, mixed>): array<string, mixed>, list<string>}> */
    public static function stale(): iterable
    {
        $require = static fn (string $section, string $name, ?string $constraint): callable => static function (array $json) use ($section, $name, $constraint): array {
            $json[$section][$name] = $constraint;
            $json[$section] = (object)array_filter($json[$section], 'is_string');

            return $json;
        };
        yield 'new' => [$require('require', 'acme/new', '^1.0'), ['acme/new "^1.0" is required (require), and is not locked']];
        yield 'new among development' => [$require('require-dev', 'acme/new', '*'), ['acme/new "*" is required (require-dev), and is not locked']];
        yield 'gone' => [$require('require-dev', 'lockstep-fixture/dev-tool', null), ['lockstep-fixture/dev-tool 1.2.0 is locked, and nothing requires it any more']];
        yield 'gone with what it requires' => [$require('require', 'magento/product-community-edition', null), ['magento/product-community-edition 2.4.6 is locked, and nothing requires it any more']];
        yield 'constraint changed' => [$require('require-dev', 'lockstep-fixture/dev-tool', '^2.0'), ['lockstep-fixture/dev-tool "^2.0" is required (require-dev), and 1.2.0 is locked']];
        yield 'moved' => [
            static fn (array $json): array => ['require' => $json['require'] + $json['require-dev'], 'require-dev' => (object)[]] + $json,
            ['lockstep-fixture/dev-tool is in "require" now'],
        ];
        yield 'platform' => [$require('require', 'php', '>=8.1'), ['php (require): ">=8.1", was not there']];
        yield 'pretended platform' => [
            static fn (array $json): array => array_replace_recursive($json, ['config' => ['platform' => ['php' => '8.2.0']]]),
            ['php (config.platform): "8.2.0", was not there'],
        ];
        yield 'stability' => [static fn (array $json): array => ['minimum-stability' => 'beta'] + $json, ['minimum-stability is "beta", and was "stable"']];
        yield 'something else' => [static fn (array $json): array => ['conflict' => ['acme/bad' => '*']] + $json, ['what is locked meets every requirement']];
        yield 'a constraint that is met' => [$require('require-dev', 'lockstep-fixture/dev-tool', '>=1.0 <3'), ['what is locked meets every requirement']];
    }

    /** @param list<string> $told */
    #[DataProvider('stale')]
    public function testAStaleLockIsRefusedWithTheDifference(callable $edit, array $told): void
    {
        $shop = $this->shop();
        $this->edit($shop, $edit);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        $error = $result->json()['error'];
        self::assertSame('lock-stale', $error['code']);
        foreach ($told as $line) {
            self::assertStringContainsString($line, $error['message']);
        }
        self::assertSame(max(0, substr_count($error['message'], "\n")), str_contains($told[0], 'meets every requirement') ? 0 : count($told), "nothing but that\n{$error['message']}");
        self::assertStringContainsString('--accept-stale-lock', $error['hint']);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
        self::assertSame([], glob($shop->path('var/lockstep/query/*')) ?: []);
        self::assertSame('2.4.5', $this->magento($shop, 'status', '--format=json')->json()['tool']['version']);
    }

    public function testAnAcceptedStaleLockLetsTheToolAloneChange(): void
    {
        $shop = $this->shop();
        $this->edit($shop, static fn (array $json): array => ['require-dev' => ['lockstep-fixture/dev-tool' => '>=1.0 <3'], 'conflict' => ['acme/bad' => '*']] + $json);
        $packages = self::locked($shop);

        $result = $this->magento($shop, 'upgrade', '--accept-stale-lock');

        $this->assertExit(0, $result);
        self::assertStringContainsString('not up to date', $result->stderr, 'a warning');
        $this->assertUpgraded($shop);
        self::assertSame(['magento/data-migration-tool' => '2.4.6.1'] + $packages, self::locked($shop), 'the tool alone');
        $validate = ['composer', 'validate', '--no-check-all', '--no-check-publish', '--no-interaction'];
        $this->assertExit(0, Program::run($validate, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        self::assertSame('>=1.0 <3', json_decode($shop->get('composer.json'), true)['require-dev']['lockstep-fixture/dev-tool']);
        $this->assertExit(0, $this->magento($shop, 'status', '--check'));
    }

    public function testAnAcceptedStaleLockDoesNotLetOthersChange(): void
    {
        foreach (['gone' => ['lockstep-fixture/dev-tool' => null], 'another version' => ['lockstep-fixture/dev-tool' => '^2.0']] as $what => $change) {
            $shop = $this->shop();
            $this->edit($shop, static fn (array $json): array => ['require-dev' => (object)array_filter($change + $json['require-dev'], 'is_string')] + $json);
            $before = $shop->snapshot();

            $result = $this->magento($shop, 'upgrade', '--accept-stale-lock', '--format=json');

            $this->assertExit(6, $result);
            self::assertStringContainsString('lockstep-fixture/dev-tool', $result->json()['error']['message'], $what);
            $this->assertUnchanged($before, $shop);
        }
    }

    public function testAcceptingIsNeitherNeededNorHarmfulWhereTheLockIsFresh(): void
    {
        $shop = $this->shop();

        $result = $this->magento($shop, 'upgrade', '--accept-stale-lock');

        $this->assertExit(0, $result);
        self::assertStringNotContainsString('not up to date', $result->stderr);
    }

    public function testAShopOfComposer1IsRefused(): void
    {
        $shop = $this->shop('composer-1');
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('composer-1', $result->json()['error']['code']);
        foreach (['migration:tool:releases', 'migration:tool:merge'] as $command) {
            self::assertStringContainsString($command, $result->json()['error']['hint']);
        }
        $this->assertUnchanged($before, $shop);
        $status = $this->magento($shop, 'status', '--format=json')->json();
        self::assertSame(['2.4.5', '2.4.6.1'], [$status['tool']['version'], $status['target']['version']]);
        self::assertContains(Site::CONFIG, array_map(static fn (string $path): string => Site::TOOL . '/' . $path, $status['customizations']['added']));
        $this->assertExit(0, $this->magento($shop, 'diff'));
        $this->assertExit(0, $this->magento($shop, 'backup'));
    }

    /** Magento before 2.3.7 and 2.4.2, whichever Composer installed it last. */
    public function testAnInstallerPluginOfComposer1IsRefused(): void
    {
        $shop = $this->shop();
        foreach (['composer.lock', 'vendor/composer/installed.json'] as $file) {
            $json = json_decode($shop->get($file), false);
            $json->packages[] = (object)['name' => 'magento/magento-composer-installer', 'version' => '0.1.13', 'type' => 'composer-plugin', 'install-path' => '../magento/magento-composer-installer'];
            $shop->put($file, json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        }
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('composer-1', $result->json()['error']['code']);
        self::assertStringContainsString('0.1.13', $result->json()['error']['message']);
        $this->assertUnchanged($before, $shop);
    }

    public function testALockOfComposer1ThatComposer2InstalledIsUpgradedWithConsent(): void
    {
        foreach (['1.1.0', null] as $api) {
            $shop = $this->shop();
            $lock = json_decode($shop->get('composer.lock'), false);
            unset($lock->{'plugin-api-version'});
            if ($api !== null) {
                $lock->{'plugin-api-version'} = $api;
            }
            $shop->put('composer.lock', json_encode($lock, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
            $packages = self::locked($shop);
            $before = $shop->snapshot();
            $refused = $this->magento($shop, 'upgrade', '--format=json');
            $this->assertExit(4, $refused);
            self::assertSame('composer-1', $refused->json()['error']['code']);
            $this->assertUnchanged($before, $shop);

            $result = $this->magento($shop, 'upgrade', '--accept-stale-lock');

            $this->assertExit(0, $result);
            self::assertStringContainsString('written by Composer 1', $result->stderr);
            $this->assertUpgraded($shop);
            self::assertSame(['magento/data-migration-tool' => '2.4.6.1'] + $packages, self::locked($shop));
        }
    }

    /** @return iterable<string, array{?string, string}> contents, what is told */
    public static function broken(): iterable
    {
        yield 'conflict markers' => ["{\n<<<<<<< HEAD\n    \"content-hash\": \"a\",\n=======\n    \"content-hash\": \"b\",\n>>>>>>> theirs\n    \"packages\": []\n}\n", 'merge conflict'];
        yield 'empty' => ['', 'is empty'];
        yield 'none' => [null, 'is missing'];
    }

    #[DataProvider('broken')]
    public function testABrokenLockIsRefusedWithItsReason(?string $contents, string $told): void
    {
        $shop = $this->shop();
        $contents === null ? unlink($shop->path('composer.lock')) : $shop->put('composer.lock', $contents);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json', '--accept-stale-lock');

        $this->assertExit(4, $result);
        self::assertStringContainsString($told, $result->json()['error']['message']);
        self::assertStringContainsString('composer.lock', $result->json()['error']['message']);
        self::assertNotSame('', $result->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);
        if ($contents === null) {
            $status = $this->magento($shop, 'status', '--format=json');
            $this->assertExit(0, $status);
            self::assertSame('2.4.5', $status->json()['tool']['version']);
        }
    }

    public function testConflictMarkersInComposerJsonAreTold(): void
    {
        $shop = $this->shop();
        $shop->put('composer.json', "{\n<<<<<<< HEAD\n=======\n>>>>>>> theirs\n}\n");
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        self::assertStringContainsString('merge conflict', $result->json()['error']['message']);
        $this->assertUnchanged($before, $shop);
    }

    public function testWhatIsInstalledMustBeWhatIsLocked(): void
    {
        $shop = $this->shop();
        $lock = str_replace("\"name\": \"lockstep-fixture/dev-tool\",\n            \"version\": \"1.2.0\"", "\"name\": \"lockstep-fixture/dev-tool\",\n            \"version\": \"1.3.0\"", $shop->get('composer.lock'), $count);
        self::assertSame(1, $count);
        $shop->put('composer.lock', $lock);
        $this->assertNotAsLocked($shop, 'lockstep-fixture/dev-tool 1.2.0 (locked: 1.3.0)');

        $shop = $this->shop();
        $lock = json_decode($shop->get('composer.lock'), false);
        $lock->{'packages-dev'} = [];
        $shop->put('composer.lock', json_encode($lock, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        $this->assertNotAsLocked($shop, 'packages are installed that composer.lock does not name: lockstep-fixture/dev-tool');
    }

    private function assertNotAsLocked(Site $shop, string $told): void
    {
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('not-as-locked', $result->json()['error']['code']);
        self::assertStringContainsString($told, $result->json()['error']['message']);
        $this->assertUnchanged($before, $shop);
    }

    /** @param callable(array<string, mixed>): array<string, mixed> $edit */
    private function edit(Site $shop, callable $edit): void
    {
        $json = $edit(json_decode($shop->get('composer.json'), true));
        $json['config']['allow-plugins'] = (object)[];
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
    }

    /** @return array<string, string> name => version, the tool first */
    private static function locked(Site $shop): array
    {
        $lock = json_decode($shop->get('composer.lock'), true);
        $versions = array_column([...$lock['packages'], ...$lock['packages-dev']], 'version', 'name');

        return ['magento/data-migration-tool' => $versions['magento/data-migration-tool']] + $versions;
    }
}
