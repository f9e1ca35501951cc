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

/** Bad repositories, meddling plugins and a tampered vendor: refused by name, nothing is run and nothing is changed. */
final class SourcesTest extends ShopTestCase
{
    private const PROOF = '/tmp/lockstep-pwned';

    private ?RepositoryServer $server = null;

    protected function setUp(): void
    {
        @unlink(self::PROOF);
    }

    protected function tearDown(): void
    {
        $this->server?->stop();
        $this->server = null;
        parent::tearDown();
    }

    /** @return iterable<string, array{string, string, string}> what the server does, error code, what the message names */
    public static function badServers(): iterable
    {
        yield 'dist is a file of this machine' => ['file', 'unsafe-source', 'file:///'];
        yield 'dist is a directory of this machine' => ['path', 'unsafe-source', '/etc'];
        yield 'source starts a program' => ['ext', 'unsafe-source', 'ext::'];
        yield 'source is an option' => ['option', 'unsafe-source', '--config'];
        yield 'Perforce source with a command' => ['perforce', 'unsafe-source', 'p4.example.invalid'];
        yield 'dist has another hash' => ['hash', 'checksum', '"shop"'];
        yield 'brings a plugin' => ['plugin', 'new-plugin', 'lockstep-fixture/hostile-plugin'];
        yield 'the tool becomes a plugin' => ['becomes-plugin', 'new-plugin', 'magento/data-migration-tool 2.4.6.1'];
    }

    #[DataProvider('badServers')]
    public function testABadRepositoryIsRefused(string $hostile, string $code, string $named): void
    {
        $shop = $this->shop($hostile === 'plugin' ? 'hostile-packages' : 'default');
        $this->server = RepositoryServer::start(ComposerFiles::repository($shop), ['HOSTILE' => $hostile]);
        ComposerFiles::serve($shop, $this->server);

        foreach ([[], ['--with-dependencies']] as $options) {
            $this->refused(6, $code, $named, $shop, ...$options);
        }
        self::assertFileDoesNotExist(self::PROOF);
    }

    /** @return iterable<string, array{string, string, string}> body of meddle.php, error code, what the message names */
    public static function meddlers(): iterable
    {
        yield 'a root script' => ['$json->scripts = (object) ["post-update-cmd" => "touch /tmp/lockstep-pwned"];', 'new-script', 'post-update-cmd'];
        yield 'a repository' => ['$json->repositories->evil = (object) ["type" => "composer", "url" => "https://user:fixture-web-secret@evil.example.invalid"];', 'new-repository', 'evil.example.invalid'];
        yield 'trust in a plugin' => ['$json->config->{"allow-plugins"} = true;', 'manifest-changed', 'config'];
        yield 'a requirement' => ['$json->require->{"symfony/console"} = "*";', 'manifest-changed', 'require'];
    }

    #[DataProvider('meddlers')]
    public function testAPluginThatMeddlesWithComposerJsonIsRefused(string $body, string $code, string $named): void
    {
        $shop = $this->shop('meddling');
        $shop->put('meddle.php', "<?php return static function (\\stdClass \$json): void { $body };\n");

        $result = $this->refused(6, $code, $named, $shop);

        self::assertStringNotContainsString('fixture-web-secret', $result->all());
        self::assertFileDoesNotExist(self::PROOF);
        $shop->put('meddle.php', "<?php return static function (\\stdClass \$json): void {};\n");
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
    }

    public function testTheToolFromAnotherRepositoryNeedsConsent(): void
    {
        $shop = $this->shop();
        $this->server = RepositoryServer::start(ComposerFiles::repository($shop));
        $url = $this->server->url();
        ComposerFiles::edit($shop, static function (\stdClass $json) use ($url): void {
            $other = ['other' => (object)['type' => 'composer', 'url' => $url, 'only' => ['magento/data-migration-tool']]];
            $json->repositories = (object)($other + (array)$json->repositories);
            $json->config->{'secure-http'} = false;
        });

        $this->refused(6, 'other-source', substr($url, 7), $shop);

        $result = $this->magento($shop, 'upgrade', '--with-dependencies');
        $this->assertExit(0, $result);
        self::assertStringContainsString(substr($url, 7), $result->stderr, 'told all the same');
        $this->assertUpgraded($shop);
    }

    /** On one host, too: the repository tells, not the address of the archive. */
    public function testAnotherRepositoryOfTheSameHostNeedsConsent(): void
    {
        $shop = $this->shop();
        $directory = ComposerFiles::repository($shop);
        $packages = json_decode((string)file_get_contents("$directory/packages.json"), true)['packages']['magento/data-migration-tool'];
        if (!is_dir("$directory/other")) {
            mkdir("$directory/other");
        }
        file_put_contents("$directory/other/packages.json", json_encode(['packages' => ['magento/data-migration-tool' => ['2.4.6.1' => $packages['2.4.6.1']]]], JSON_UNESCAPED_SLASHES));
        $this->server = RepositoryServer::start($directory);
        ComposerFiles::serve($shop, $this->server);
        $url = $this->server->url();
        ComposerFiles::edit($shop, static function (\stdClass $json) use ($url): void {
            $json->repositories = (object)(['other' => (object)['type' => 'composer', 'url' => "$url/other"]] + (array)$json->repositories);
        });

        $this->refused(6, 'other-source', "$url/other", $shop);
    }

    public function testAPerforceRepositoryThatAShellWouldInterpret(): void
    {
        $shop = $this->shop();
        ComposerFiles::edit($shop, static fn (\stdClass $json) => $json->repositories->depot = (object)['type' => 'perforce', 'url' => 'p4.example.invalid:1666', 'depot' => 'x;touch ' . self::PROOF]);

        $this->refused(4, 'unsafe-repository', 'x;touch', $shop);

        self::assertFileDoesNotExist(self::PROOF);
    }

    /** @return iterable<string, array{string, string}> */
    public static function tampered(): iterable
    {
        yield 'code before' => ['<?php return array(', '<?php touch("/tmp/lockstep-pwned"); return array('];
        yield 'code instead of a value' => ["'dev' => true,", "'dev' => touch('/tmp/lockstep-pwned'),"];
        yield 'code in a double-quoted text' => ["'aliases' => array(),", "'aliases' => array(\"{\$x(touch('/tmp/lockstep-pwned'))}\",),"];
        yield 'another version' => ["'pretty_version' => '2.4.5'", "'pretty_version' => '2.4.6.1'"];
        yield 'another package' => ["'magento/framework' => array(", "'magento/framework2' => array("];
    }

    #[DataProvider('tampered')]
    public function testATamperedInstalledPhpKeepsComposerFromRunning(string $search, string $replace): void
    {
        $shop = $this->shop();
        $file = 'vendor/composer/installed.php';
        self::assertStringContainsString($search, $shop->get($file));
        $at = (int)strpos($shop->get($file), $search);
        $shop->put($file, substr_replace($shop->get($file), $replace, $at, strlen($search)));
        $fake = Site::directory('composer-that-tells') . '/composer';
        file_put_contents($fake, "#!/usr/bin/env php\n<?php touch('" . self::PROOF . "'); exit(1);\n");

        $this->refused(4, 'vendor-tampered', 'installed.php', $shop, "--composer=$fake");

        self::assertFileDoesNotExist(self::PROOF, 'neither the file nor Composer ran');
    }

    public function testABracketBombTakesNoMemory(): void
    {
        $shop = $this->shop();
        foreach ([5_000_000, 20_000_000] as $count) {
            $shop->put('composer.lock', '{"packages":[' . str_repeat('[],', $count) . '[]],"packages-dev":[]}');
            $command = ['sh', '-c', 'ulimit -v 524288; exec "$@"', 'sh', ...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:upgrade', '-n', '--format=json'];

            $result = Program::run($command, $shop->root, $this->environment());

            $this->assertExit(4, $result);
            self::assertStringContainsString('composer.lock', $result->json()['error']['message']);
        }
    }

    private function refused(int $exit, string $code, string $named, Site $shop, string ...$options): Result
    {
        $before = $shop->snapshot();
        $result = Program::run([...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:upgrade', '-n', '--format=json', ...$options], $shop->root, $this->environment(['COMPOSER_HOME' => Site::directory('composer-home')]));
        $this->assertExit($exit, $result);
        self::assertSame($code, $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString($named, $result->json()['error']['message']);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);

        return $result;
    }
}
