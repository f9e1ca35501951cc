<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ComposerFiles;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\RepositoryServer;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** Every kind of Composer repository, with credentials from every place, and those that cannot be reached. */
final class RepositoriesTest extends ShopTestCase
{
    private const PASSWORD = 'fixture-web-secret';
    private const QUICKLY = 15.0;

    /** @var list<RepositoryServer> */
    private array $servers = [];

    protected function tearDown(): void
    {
        foreach ($this->servers as $server) {
            $server->stop();
        }
        $this->servers = [];
        parent::tearDown();
    }

    /** @return iterable<string, array{string}> */
    public static function kinds(): iterable
    {
        yield 'artifact, relative' => ['repo-artifact'];
        yield 'path, copied' => ['repo-path'];
        yield 'path above the root, linked' => ['repo-path-above'];
        yield 'package; repositories as a list' => ['repo-package'];
        yield 'vcs' => ['repo-vcs'];
        yield 'with an audit plugin' => ['repo-audit'];
    }

    #[DataProvider('kinds')]
    public function testEveryKindOfRepositoryServes(string $kind): void
    {
        $shop = $this->shop($kind);
        $releases = $this->magento($shop, 'releases', '--format=json');
        $this->assertExit(0, $releases);
        self::assertSame(['2.4.4', '2.4.5', '2.4.6', '2.4.6.1'], $releases->json()['releases']);

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        $this->assertNoStageLeft($shop);
        $this->assertSame($this->repositorySet($shop), $this->repositorySet($this->shop($kind)), 'composer.json keeps its repositories');
        if (str_contains($kind, 'path')) {
            self::assertSame((string)realpath(dirname($shop->path('x')) . ($kind === 'repo-path' ? '/packages/helper' : '/../lockstep-packages/helper')), realpath($shop->path('vendor/lockstep-fixture/helper')));
        }
    }

    public function testADirectoryOfZipsBelowVar(): void
    {
        $shop = $this->shop('repo-artifact');
        mkdir($shop->path('var/composer'));
        rename($shop->path('artifacts'), $shop->path('var/composer/artifacts'));
        foreach (['composer.lock', 'vendor/composer/installed.json'] as $file) {
            $shop->put($file, str_replace('"artifacts/', '"var/composer/artifacts/', $shop->get($file)));
        }
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->zips->url = './var/composer/artifacts/');

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
    }

    public function testAnAbsoluteDirectoryOfZipsIsTheOneThatWasRelative(): void
    {
        $shop = $this->shop('repo-artifact');
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->zips->url = $shop->path('artifacts'));

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
    }

    public function testALinkedModuleThatWasEditedKeepsItsLink(): void
    {
        foreach (['repo-path' => 'packages/helper', 'repo-path-above' => '../lockstep-packages/helper'] as $kind => $module) {
            $shop = $this->shop($kind);
            $link = readlink($shop->path('vendor/lockstep-fixture/helper'));
            $before = $shop->get("$module/composer.json");
            $shop->put("$module/composer.json", str_replace('A fake', 'An edited fake', $before));

            $this->assertExit(0, $this->magento($shop, 'upgrade'));
            $shop->put("$module/composer.json", $before); // shared by all shops of the kind

            $this->assertUpgraded($shop);
            self::assertSame($link, readlink($shop->path('vendor/lockstep-fixture/helper')));
        }
    }

    public function testALinkThatAnotherReleaseOfAModuleNeedsLeadsThereFromTheLivePlace(): void
    {
        $shop = $this->shop('repo-path');
        mkdir($shop->path('packages/helper-next'));
        $shop->put('packages/helper-next/composer.json', str_replace('1.0.0', '1.1.0', $shop->get('packages/helper/composer.json')));
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade');
        $this->assertExit(6, $result);
        self::assertStringContainsString('lockstep-fixture/helper 1.0.0', $result->stderr);
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--with-dependencies'));

        $this->assertUpgraded($shop);
        self::assertSame('../../packages/helper-next', rtrim((string)readlink($shop->path('vendor/lockstep-fixture/helper')), '/'));
        self::assertSame(realpath($shop->path('packages/helper-next')), realpath($shop->path('vendor/lockstep-fixture/helper')));
    }

    public function testACopiedModuleThatWasEditedIsAChangeOfAnotherPackage(): void
    {
        $shop = $this->shop('repo-path');
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->modules->options->symlink = false);
        unlink($shop->path('vendor/lockstep-fixture/helper'));
        self::assertTrue(mkdir($shop->path('vendor/lockstep-fixture/helper')) && copy($shop->path('packages/helper/composer.json'), $shop->path('vendor/lockstep-fixture/helper/composer.json')));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(6, $result);
        self::assertStringContainsString('lockstep-fixture/helper', $result->stderr);
        $this->assertUnchanged($before, $shop);
    }

    public function testALinkedToolIsRefusedWithTheWayOut(): void
    {
        $shop = $this->shop('repo-path-link');
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade');
        $this->assertExit(4, $result);
        self::assertStringContainsString('"symlink": false', $result->stderr);
        self::assertStringContainsString('composer update magento/data-migration-tool', $result->stderr);
        $this->assertUnchanged($before, $shop);

        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->tools->options->symlink = false);
        $update = ['composer', 'update', 'magento/data-migration-tool', '--no-interaction', '--no-progress', '--no-audit'];
        $this->assertExit(0, Program::run($update, $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertUpgraded($shop);
    }

    public function testAReleaseThatComposerWouldLinkIsRefused(): void
    {
        $shop = $this->shop('repo-path-link');
        unlink($shop->path(Site::TOOL));
        $this->assertExit(0, Program::run(['cp', '-a', $shop->path('tools/2.4.5'), $shop->path(Site::TOOL)], '/', $this->environment()));
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(6, $result);
        self::assertSame('tool-link', $result->json()['error']['code']);
        $this->assertUnchanged($before, $shop);
    }

    /** @return iterable<string, array{string}> */
    public static function credentials(): iterable
    {
        yield 'auth.json of the root' => ['root'];
        yield 'COMPOSER_AUTH' => ['variable'];
        yield 'the address in composer.json' => ['address'];
        yield 'auth.json of COMPOSER_HOME' => ['home'];
        yield 'auth.json of var/composer_home, for a user without a home' => ['magento'];
    }

    #[DataProvider('credentials')]
    public function testCredentialsAreFound(string $place): void
    {
        $shop = $this->shop();
        $server = $this->serve($shop, 'fixture:' . self::PASSWORD);
        $auth = (string)json_encode(['http-basic' => [$server->host => ['username' => 'fixture', 'password' => self::PASSWORD]]]);
        $environment = $this->environment(['COMPOSER_HOME' => Site::directory('composer-home')]);
        switch ($place) {
            case 'root':
                $shop->put('auth.json', $auth);
                break;
            case 'address':
                ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->shop->url = 'http://fixture:' . self::PASSWORD . "@$server->host");
                break;
            case 'variable':
                $environment['COMPOSER_AUTH'] = $auth;
                break;
            case 'home':
                file_put_contents($environment['COMPOSER_HOME'] . '/auth.json', $auth);
                break;
            case 'magento':
                unset($environment['COMPOSER_HOME']);
                $environment['HOME'] = Site::directory('empty-home');
                mkdir($shop->path('var/composer_home'));
                $shop->put('var/composer_home/auth.json', $auth);
        }

        $result = $this->inShop($shop, $environment, 'upgrade', '-v');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        $this->assertNoPassword($shop, $result);
    }

    /** @return iterable<string, array{?string}> */
    public static function wrongCredentials(): iterable
    {
        yield 'none' => [null];
        yield 'wrong' => ['not-' . self::PASSWORD];
    }

    #[DataProvider('wrongCredentials')]
    public function testWrongCredentialsAreToldWithTheRepository(?string $password): void
    {
        $shop = $this->shop();
        $server = $this->serve($shop, 'fixture:' . self::PASSWORD);
        if ($password !== null) {
            $shop->put('auth.json', (string)json_encode(['http-basic' => [$server->host => ['username' => 'fixture', 'password' => $password]]]));
        }
        $before = $shop->snapshot();

        $result = $this->inShop($shop, $this->environment(['COMPOSER_HOME' => Site::directory('composer-home')]), 'upgrade', '-v');

        $this->assertExit(6, $result);
        self::assertStringContainsString('"shop"', $result->stderr, 'the repository\'s name');
        self::assertStringContainsString($server->url(), $result->stderr);
        self::assertStringContainsString('auth.json', $result->stderr, 'the fix');
        $this->assertNoPassword($shop, $result);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    public function testARepositoryOfTheComposerHomeServes(): void
    {
        $shop = $this->shop();
        $home = Site::directory('composer-home');
        $shopRepository = 'file://' . ComposerFiles::repository($shop);
        file_put_contents("$home/config.json", json_encode(['repositories' => ['house' => ['type' => 'composer', 'url' => $shopRepository]]]));
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->shop->exclude = ['magento/data-migration-tool']);
        $before = $shop->snapshot();
        $this->assertExit(5, $this->magento($shop, 'upgrade'));
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->inShop($shop, $this->environment(['COMPOSER_HOME' => $home]), 'upgrade'));

        $this->assertUpgraded($shop);
    }

    /** @return iterable<array{string}> */
    public static function canonical(): iterable
    {
        yield ['default'];
        yield ['repo-audit'];
    }

    /** The releases are those that Composer would take: a canonical repository hides what comes after it. */
    #[DataProvider('canonical')]
    public function testACanonicalRepositoryHidesTheReleasesOfTheNext(string $kind): void
    {
        $shop = $this->shop($kind);
        ComposerFiles::edit($shop, static function (\stdClass $json): void {
            $old = ['name' => 'magento/data-migration-tool', 'version' => '2.4.5', 'type' => 'metapackage'];
            $json->repositories = (object)(['frozen' => (object)['type' => 'package', 'package' => $old]] + (array)$json->repositories);
        });
        self::assertSame(['2.4.5'], $this->magento($shop, 'releases', '--format=json')->json()['releases']);
        $before = $shop->snapshot();
        $this->assertExit(5, $this->magento($shop, 'upgrade'));
        $this->assertUnchanged($before, $shop);

        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->frozen->canonical = false);
        self::assertSame(['2.4.4', '2.4.5', '2.4.6', '2.4.6.1'], $this->magento($shop, 'releases', '--format=json')->json()['releases']);
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->shop->only = ['symfony/*', 'psr/*']);
        self::assertSame(['2.4.5'], $this->magento($shop, 'releases', '--format=json')->json()['releases']);
        ComposerFiles::edit($shop, static function (\stdClass $json): void {
            unset($json->repositories->frozen, $json->repositories->shop->only);
        });
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
    }

    /** @return iterable<string, array{string, string, bool}> kind of shop, kind of failure, is it asked first */
    public static function unreachable(): iterable
    {
        foreach (['refused', 'unresolvable', 'stalling'] as $failure) {
            yield "$failure, audited" => ['repo-audit', $failure, false];
            yield "$failure, asked first" => ['default', $failure, true];
        }
    }

    #[DataProvider('unreachable')]
    public function testAnUnreachableRepositoryIsNamedAtOnce(string $kind, string $failure, bool $first): void
    {
        $shop = $this->shop($kind);
        $this->addUnreachable($shop, $failure, $first);
        $before = $shop->snapshot();
        $started = microtime(true);

        $result = $this->inShop($shop, $this->environment(['COMPOSER_HOME' => Site::directory('composer-home')]), 'upgrade', '--format=json');

        $this->assertExit(6, $result);
        self::assertSame('network', $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString('"far-away"', $result->json()['error']['message'], 'the repository\'s name');
        self::assertLessThan(self::QUICKLY, microtime(true) - $started);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
        self::assertSame([], glob($shop->path('var/lockstep/query/*')));
    }

    public function testARepositoryThatGoesAwayMeanwhileIsNamedToo(): void
    {
        $shop = $this->shop('repo-audit');
        $directory = Site::directory('far-away');
        file_put_contents("$directory/packages.json", '{"packages": []}');
        $server = $this->servers[] = RepositoryServer::start($directory);
        ComposerFiles::edit($shop, static function (\stdClass $json) use ($server): void {
            $json->repositories->{'far-away'} = (object)['type' => 'composer', 'url' => $server->url()];
            $json->config->{'secure-http'} = false;
        });
        $home = Site::directory('composer-home');
        $this->assertExit(0, $this->inShop($shop, $this->environment(['COMPOSER_HOME' => $home]), 'upgrade', '--dry-run'));
        $server->stop();
        Program::run(['rm', '-rf', "$home/cache"], '/', $this->environment());
        $before = $shop->snapshot();

        $result = $this->inShop($shop, $this->environment(['COMPOSER_HOME' => $home]), 'upgrade', '--format=json');

        $this->assertExit(6, $result);
        self::assertSame('network', $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString('"far-away"', $result->json()['error']['message']);
        self::assertSame('Solve', $result->json()['steps'][3]['name'], 'the releases were known already');
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    public function testAnUnreachableRepositoryThatNobodyAsksIsNoHindrance(): void
    {
        $shop = $this->shop();
        $this->addUnreachable($shop, 'refused', false);

        $this->assertExit(0, $this->inShop($shop, $this->environment(['COMPOSER_HOME' => Site::directory('composer-home')]), 'upgrade'));

        $this->assertUpgraded($shop);
    }

    private function addUnreachable(Site $shop, string $failure, bool $first): void
    {
        $url = match ($failure) {
            'refused' => 'http://127.0.0.1:' . RepositoryServer::freePort(),
            'unresolvable' => 'http://repository.example.invalid',
            'stalling' => ($this->servers[] = RepositoryServer::stalling())->url(),
        };
        ComposerFiles::edit($shop, static function (\stdClass $json) use ($url, $first): void {
            $far = ['far-away' => (object)['type' => 'composer', 'url' => $url, 'options' => (object)['http' => (object)['timeout' => 2]]]];
            $json->repositories = (object)($first ? $far + (array)$json->repositories : (array)$json->repositories + $far);
            $json->config->{'secure-http'} = false;
        });
    }

    private function serve(Site $shop, string $credentials): RepositoryServer
    {
        $server = $this->servers[] = RepositoryServer::start(ComposerFiles::repository($shop), ['CREDENTIALS' => $credentials]);
        ComposerFiles::serve($shop, $server);

        return $server;
    }

    private function assertNoPassword(Site $shop, Result $result): void
    {
        self::assertStringNotContainsString(self::PASSWORD, $result->all());
        foreach (glob($shop->path('var/lockstep/*')) ?: [] as $file) {
            self::assertStringNotContainsString(self::PASSWORD, is_file($file) ? (string)file_get_contents($file) : '', $file);
        }
    }

    /** @return list<string> */
    private function repositorySet(Site $shop): array
    {
        return \Lockstep\MigrationTool\Composer\Manifest::read($shop->root)->repositories()->set();
    }
}
