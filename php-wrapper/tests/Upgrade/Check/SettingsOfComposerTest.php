<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\SmallShop;
use Lockstep\MigrationTool\Upgrade\Check\Check;
use Lockstep\MigrationTool\Upgrade\Check\Credentials;
use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Lockstep\MigrationTool\Upgrade\Check\PlatformExtensions;
use Lockstep\MigrationTool\Upgrade\Check\UntrustedPlugins;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

/** Credentials, plugins and platform requirements, as composer.json, composer.lock and the files of credentials have them. */
final class SettingsOfComposerTest extends TestCase
{
    use SmallShop;

    private const PLUGIN = ['name' => 'acme/plugin', 'version' => '1.0.0', 'type' => 'composer-plugin', 'install-path' => '../acme/plugin'];

    protected function setUp(): void
    {
        putenv('COMPOSER_AUTH');
        putenv('COMPOSER_HOME=' . $this->temporaryDirectory());
    }

    protected function tearDown(): void
    {
        putenv('COMPOSER_AUTH');
        putenv('COMPOSER_HOME');
    }

    /** @param array<string, mixed> $extra */
    #[DataProvider('plugins')]
    public function testPlugins(mixed $allow, bool $found, mixed $global = null, array $extra = [], string $api = '2.3.0'): void
    {
        $shop = $this->shop([self::PLUGIN + ['extra' => $extra]]);
        $this->put($shop->path('composer.json'), ['config' => $allow === null ? [] : ['allow-plugins' => $allow]]);
        $lock = json_decode((string) file_get_contents($shop->path('composer.lock')), true);
        $this->put($shop->path('composer.lock'), ['plugin-api-version' => $api] + (is_array($lock) ? $lock : []));
        if ($global !== null) {
            $this->put($this->temporaryDirectory() . '/config.json', ['config' => ['allow-plugins' => $global]]);
        }
        self::assertSame($found ? ['untrusted-plugins'] : [], $this->codes(new UntrustedPlugins(), $shop));
    }

    /** @return iterable<string, array<mixed>> */
    public static function plugins(): iterable
    {
        yield 'not named' => [['other/plugin' => true], true];
        yield 'nothing said' => [null, true];
        yield 'allowed' => [['acme/plugin' => true], false];
        yield 'forbidden' => [['acme/plugin' => false], false];
        yield 'by a pattern' => [['acme/*' => true], false];
        yield 'a pattern of others' => [['acm/*' => true], true];
        yield 'all' => [true, false];
        yield 'none' => [false, false];
        yield 'by the user\'s own configuration' => [['other/plugin' => true], false, ['acme/plugin' => true]];
        yield 'all by the user\'s own configuration' => [null, false, true];
        yield 'optional' => [['other/plugin' => true], false, null, ['plugin-optional' => true]];
        yield 'a lock file from before the question' => [null, false, null, [], '2.1.0'];
    }

    public function testExtensionsThatNoPackageProvides(): void
    {
        $shop = $this->shop([
            ['name' => 'acme/needs', 'version' => '1', 'require' => ['ext-lockstep' => '*', 'ext-Nonsense' => '*', 'ext-stood-in' => '*', 'ext-pretended' => '*', 'php' => '>=8.1']],
            ['name' => 'acme/polyfill', 'version' => '1', 'provide' => ['ext-stood-in' => '*']],
        ]);
        $this->put($shop->path('composer.json'), ['config' => ['platform' => ['ext-pretended' => '1.0']]]);
        $findings = (new PlatformExtensions())->find($this->upgrade($shop));
        self::assertCount(1, $findings);
        self::assertStringContainsString(': nonsense (acme/needs).', $findings[0]->message);

        $this->put($shop->path('composer.json'), ['config' => ['platform' => ['ext-nonsense' => '1', 'ext-pretended' => '1.0']]]);
        self::assertSame([], $this->codes(new PlatformExtensions(), $shop));
        $this->put($shop->path('composer.json'), ['config' => ['platform' => ['ext-nonsense' => '1', 'ext-pretended' => '1.0', 'ext-lockstep' => false]]]);
        self::assertSame(['platform-extensions'], $this->codes(new PlatformExtensions(), $shop));
    }

    public function testCredentialsWhereverComposerLooks(): void
    {
        $shop = $this->shop();
        $repository = static fn (string $url): array => ['repositories' => [['type' => 'composer', 'url' => $url]]];
        $this->put($shop->path('composer.json'), $repository('https://repo.magento.com/'));
        self::assertSame(['no-credentials'], $this->codes(new Credentials(), $shop));

        $auth = ['http-basic' => ['repo.magento.com' => ['username' => 'u', 'password' => 'p']]];
        foreach ([$shop->path('auth.json'), $this->temporaryDirectory() . '/auth.json'] as $file) {
            $this->put($file, $auth);
            self::assertSame([], $this->codes(new Credentials(), $shop), $file);
            unlink($file);
        }
        $this->put($shop->path('var/composer_home/auth.json'), $auth);
        self::assertStringContainsString('var/composer_home/auth.json" has them', (new Credentials())->find($this->upgrade($shop))[0]->fix, 'Composer has another home');
        putenv('COMPOSER_HOME=' . $shop->path('var/composer_home'));
        self::assertSame([], $this->codes(new Credentials(), $shop));
        putenv('COMPOSER_HOME=' . $this->temporaryDirectory());
        putenv('COMPOSER_AUTH=' . json_encode($auth));
        self::assertSame([], $this->codes(new Credentials(), $shop));
        putenv('COMPOSER_AUTH={');
        self::assertSame(['auth-broken', 'no-credentials'], $this->codes(new Credentials(), $shop));
        putenv('COMPOSER_AUTH');
        $this->put($shop->path('composer.json'), $repository('https://u:p@repo.magento.com/'));
        self::assertSame([], $this->codes(new Credentials(), $shop));
        $this->put($shop->path('composer.json'), $repository('https://packages.example/'));
        self::assertSame([], $this->codes(new Credentials(), $shop), 'nobody knows whether this one wants any');
    }

    /**
     * @return list<string>
     * @phpstan-impure
     */
    private function codes(Check $check, Shop $shop): array
    {
        $shop->refresh();

        return array_map(static fn (Finding $finding): string => $finding->code, $check->find($this->upgrade($shop)));
    }
}
