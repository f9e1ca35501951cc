<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** lockstep.phar on a shop that knows nothing of Lockstep; self-check says whether it and the machine fit. */
final class PharTest extends ShopTestCase
{
    private static ?string $phar = null;

    public function testTheSameSourcesGiveTheSameBytes(): void
    {
        $first = hash_file('sha256', self::phar());
        self::assertTrue(touch(Site::project() . '/.build/phar/src/Extension.php', 1000000000));
        self::assertSame($first, hash_file('sha256', self::build()));
        self::assertSame(0755, fileperms(self::phar()) & 0777);
        $signature = (new \Phar(self::phar()))->getSignature();
        self::assertSame('SHA-256', $signature['hash_type'] ?? null);
        self::assertStringNotContainsString(Site::project(), (string)file_get_contents(self::phar()), 'no path of the machine that built it');
    }

    public function testAnUpgradeAndAllAroundIt(): void
    {
        $shop = $this->shop('no-package');
        self::assertStringNotContainsString('lockstep/module-migration-tool', $shop->get('composer.lock'));
        $before = $shop->snapshot();

        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:status'));
        $doctor = $this->inPhar($shop, 'migration:tool:doctor', '--format=json');
        $this->assertExit(0, $doctor);
        self::assertSame(self::phar(), $doctor->json()['versions']['phar']);
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:upgrade', '--dry-run'));
        $this->assertUnchanged($before, $shop);

        $upgrade = $this->inPhar($shop, 'migration:tool:upgrade', '--format=json');
        $this->assertExit(0, $upgrade);
        self::assertNotContains('skipped', array_column($upgrade->json()['steps'], 'status'), 'every step works from inside the file');
        $this->assertUpgraded($shop);
        foreach (['composer.json', 'composer.lock', 'vendor/composer/installed.json', 'vendor/autoload.php', 'vendor/composer/autoload_static.php'] as $file) {
            self::assertStringNotContainsString('phar', strtolower($shop->get($file)), $file);
            self::assertStringNotContainsString('module-migration-tool', $shop->get($file), $file);
        }
        self::assertTrue($this->inPhar($shop, 'migration:tool:status', '--format=json')->json()['match']);

        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:undo'));
        $this->assertUnchanged($before, $shop, 'undo brings back what was there');
    }

    public function testBackupAndRestore(): void
    {
        $shop = $this->shop('no-package');
        $before = $shop->snapshot();
        $backup = $this->inPhar($shop, 'migration:tool:backup', '--format=json');
        $this->assertExit(0, $backup);
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:backup:verify'));
        $shop->put(Site::MAP, '<map/>');
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:backup:restore', $backup->json()['id']));
        $this->assertUnchanged($before, $shop);
    }

    public function testAKilledUpgradeIsRecovered(): void
    {
        $shop = $this->shop('no-package');
        $before = $shop->snapshot();
        $killed = Program::signalAt('[9/11]', SIGKILL, [...self::php(), self::phar(), 'migration:tool:upgrade', '-n'], $shop->root, $this->environment());
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:recover'));
        if ($killed->killed) {
            $this->assertUnchanged($before, $shop);
        } else {
            $this->assertUpgraded($shop);
        }
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:upgrade'));
        $this->assertUpgraded($shop);
    }

    public function testAPackageAndAProgramOfTheShopAreNotTouchedByOurConsole(): void
    {
        $shop = $this->shop('no-package');
        $shop->put('vendor/symfony/console/Application.php', '<?php throw new \Error("the shop\'s own console was loaded");');
        $this->assertExit(0, $this->inPhar($shop, 'migration:tool:status'));
    }

    public function testSelfCheck(): void
    {
        $good = $this->selfCheck(self::php());
        $this->assertExit(0, $good);
        $json = $good->json();
        self::assertSame('ok', $json['status']);
        self::assertSame([], $json['findings']);
        self::assertTrue($json['versions']['extension']['fits']);
        self::assertSame(self::phar(), $json['versions']['phar']);
        self::assertIsBool($json['versions']['kernel']['openat2']);
        self::assertIsBool($json['versions']['kernel']['rename_exchange']);
        self::assertMatchesRegularExpression('/\d/', $json['versions']['libraries']['libgit2']);

        $none = $this->selfCheck([PHP_BINARY]);
        $this->assertExit(4, $none);
        self::assertSame('extension-missing', $none->json()['error']['code']);
        self::assertStringContainsString('pie install lockstep/ext-lockstep', $none->json()['error']['hint']);
        self::assertNull($none->json()['versions']['extension']['version']);

        $text = Program::run([...self::php(), self::phar(), 'self-check'], '/', $this->environment());
        $this->assertExit(0, $text);
        self::assertStringContainsString('fits', $text->stdout);
    }

    public function testAWrongUseIsToldInJsonToo(): void
    {
        foreach ([['self-check', '--nope'], ['nosuch'], ['migration:tool:status', '--nope'], ['migration:tool:status', 'too', 'many']] as $words) {
            $result = Program::run([...self::php(), self::phar(), ...$words, '--format=json'], '/', $this->environment());
            $this->assertExit(1, $result);
            self::assertSame('usage', $result->json()['error']['code']);
            self::assertSame('', $result->stderr);
        }
        $this->assertExit(4, Program::run([...self::php(), self::phar(), 'self-check', '--format=xml'], '/', $this->environment()));
    }

    public function testSelfCheckOfAnotherVersion(): void
    {
        $other = Site::directory('other-version') . '/lockstep.phar';
        $sources = Site::directory('sources');
        $this->assertExit(0, Program::run(['cp', '-a', Site::project() . '/.build/phar/.', $sources], '/', $this->environment()));
        $file = "$sources/src/Extension.php";
        file_put_contents($file, preg_replace("/VERSION = '[^']*'/", "VERSION = '7.8.9'", (string)file_get_contents($file)));
        $this->assertExit(0, Program::run([PHP_BINARY, Site::project() . '/php-wrapper/phar/build.php', $sources, $other], '/', $this->environment()));
        $result = Program::run([...self::php(), $other, 'self-check', '--format=json'], '/', $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('extension-version', $result->json()['error']['code']);
        self::assertStringContainsString('7.8.*', $result->json()['error']['message']);
        self::assertStringContainsString('^7.8', $result->json()['error']['hint']);
    }

    public function testSelfCheckWithoutALibrary(): void
    {
        $library = glob('/usr/lib/*/libgit2.so.*') ?: [];
        if (posix_geteuid() !== 0 || $library === []) {
            self::markTestSkipped('only root can hide a library that is there');
        }
        $hide = ['unshare', '--mount', 'sh', '-c', 'for f in $1; do mount --bind /dev/null "$f"; done; shift; exec "$@"', 'sh', implode(' ', array_filter($library, static fn (string $file): bool => !is_link($file)))];
        $result = Program::run([...$hide, ...self::php(), self::phar(), 'self-check', '--format=json'], '/', $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('library', $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString('libgit2', $result->json()['error']['hint']);
        self::assertNull($result->json()['versions']['libraries']['libgit2']);
    }

    public function testOnlyPhpAndTheExtensionAreNeeded(): void
    {
        $shop = $this->shop('no-package');
        $few = [PHP_BINARY, '-n', '-d', 'extension=phar', '-d', 'extension=posix', '-d', 'extension=tokenizer', '-d', 'extension=' . self::module()];
        $this->assertExit(0, Program::run([...$few, self::phar(), 'self-check'], '/', $this->environment()));
        $this->assertExit(0, Program::run([...$few, self::phar(), 'migration:tool:backup', '-n'], $shop->root, $this->environment()));
        $bare = Program::run([PHP_BINARY, '-n', self::phar(), 'self-check'], '/', $this->environment());
        $this->assertExit(4, $bare);
        self::assertStringContainsString('"phar"', $bare->stderr);
    }

    private static function phar(): string
    {
        return self::$phar ??= self::build();
    }

    private static function build(): string
    {
        $built = Program::run([Site::project() . '/dev', 'phar'], '/', getenv());
        self::assertSame(0, $built->exit, (string)$built);

        return trim($built->stdout);
    }

    private function inPhar(Site $shop, string ...$arguments): Result
    {
        return Program::run([...self::php(), self::phar(), ...$arguments, '-n'], $shop->root, $this->environment());
    }

    /** @param list<string> $php */
    private function selfCheck(array $php): Result
    {
        return Program::run([...$php, self::phar(), 'self-check', '--format=json'], '/', $this->environment());
    }
}
