<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\Environment;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class EnvironmentTest extends TestCase
{
    use TemporaryDirectory;

    public function testHostileVariablesAreNotPassedOn(): void
    {
        $hostile = ['COMPOSER' => '/evil.json', 'COMPOSER_VENDOR_DIR' => '/live/vendor', 'COMPOSER_BIN_DIR' => '/live/bin', 'LD_PRELOAD' => '/evil.so', 'PATH' => '/evil', 'COMPOSER_ROOT_VERSION' => '9', 'GIT_DIR' => '/x', 'COMPOSER_DISABLE_NETWORK' => '1', 'TMPDIR' => '/evil'];
        $variables = $this->environment($hostile)->composer('/stage', '/stage-tmp', '/usr/bin/php', 'vendor/bin');
        self::assertSame('/stage/composer.json', $variables['COMPOSER']);
        self::assertSame('/stage/vendor', $variables['COMPOSER_VENDOR_DIR']);
        self::assertSame('/stage/vendor/bin', $variables['COMPOSER_BIN_DIR']);
        self::assertSame('/stage-tmp', $variables['TMPDIR']);
        self::assertSame('off', $variables['XDEBUG_MODE']);
        self::assertStringNotContainsString('evil', implode(' ', $variables));
        foreach (['LD_PRELOAD', 'COMPOSER_ROOT_VERSION', 'GIT_DIR', 'COMPOSER_DISABLE_NETWORK'] as $name) {
            self::assertArrayNotHasKey($name, $variables);
        }
    }

    public function testProxiesAndCredentialsArePassedOn(): void
    {
        $passed = ['https_proxy' => 'http://proxy:3128', 'SSH_AUTH_SOCK' => '/run/agent', 'COMPOSER_AUTH' => '{"http-basic": {}}'];
        self::assertEquals($passed, array_intersect_key($this->environment($passed)->composer('/s', '/t', '/p'), $passed));
    }

    public function testSuperuserIsAllowedForRootAlone(): void
    {
        self::assertArrayHasKey('COMPOSER_ALLOW_SUPERUSER', $this->environment([], 0)->composer('/s', '/t', '/p'));
        self::assertArrayNotHasKey('COMPOSER_ALLOW_SUPERUSER', $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'], 33)->composer('/s', '/t', '/p'));
    }

    public function testComposerHomeIsTheGivenOne(): void
    {
        $home = $this->temporaryDirectory();
        self::assertSame($home, $this->environment(['COMPOSER_HOME' => $home])->composerHome());
        self::assertSame($home . '/cache', $this->environment(['COMPOSER_HOME' => $home])->cache());
    }

    public function testComposerHomeIsSearchedInTheUsersHome(): void
    {
        $home = $this->temporaryDirectory();
        mkdir($home . '/.composer');
        self::assertSame($home . '/.composer', $this->environment(['HOME' => $home])->composerHome());
        mkdir($home . '/.config/composer', 0700, true);
        self::assertSame($home . '/.config/composer', $this->environment(['HOME' => $home, 'XDG_CONFIG_HOME' => $home . '/.config'])->composerHome());
    }

    public function testWithoutAnyHomeMagentosOwnIsTaken(): void
    {
        $home = $this->temporaryDirectory();
        self::assertSame('/shop/var/composer_home', $this->environment(['HOME' => $home])->composerHome());
        self::assertSame('/shop/var/composer_home/cache', $this->environment(['HOME' => $home])->cache());
    }

    public function testWithoutHomeTheUserDatabaseIsAsked(): void
    {
        $entry = posix_getpwuid(posix_geteuid());
        if (!is_array($entry) || !is_dir($entry['dir'])) {
            self::markTestSkipped('This user has no home directory.');
        }
        self::assertSame(rtrim($entry['dir'], '/'), $this->environment([], posix_geteuid())->plain('/t')['HOME']);
    }

    /** @param array<string, string> $inherited */
    private function environment(array $inherited, int $user = 4294967294): Environment
    {
        return new Environment(new Shop('/shop', 'vendor'), $inherited, $user);
    }
}
