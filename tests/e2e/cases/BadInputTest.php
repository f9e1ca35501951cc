<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** Bad input has its exit code and an error that names it, and nothing is written. */
final class BadInputTest extends ShopTestCase
{
    public function testADirectoryThatIsNoMagento(): void
    {
        $empty = Site::directory('no-shop');
        foreach (['upgrade', 'status', 'diff', 'backup'] as $command) {
            $result = $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $empty, $command, "--root-dir=$empty");
            $this->assertExit(4, $result);
            self::assertStringContainsString($empty, $result->stderr);
        }
        self::assertSame([], array_diff(scandir($empty) ?: [], ['.', '..']));
    }

    /** @return iterable<string, array{string, int}> */
    public static function versions(): iterable
    {
        yield 'option' => ['--foo', -1];
        yield 'shell' => ['2.4.6;id', -1];
        yield 'substitution' => ['$(id)', -1];
        yield 'newline' => ["2.4.6\n2.4.5", -1];
        yield 'branch' => ['dev-master', -1];
        yield 'star' => ['*', -1];
        yield 'range' => ['>=2', -1];
        yield 'another minor' => ['2.3.5', 5];
        yield 'no such release' => ['2.4.6.9', 5];
    }

    #[DataProvider('versions')]
    public function testAVersionThatIsNone(string $version, int $exit): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();

        // After "--" everything is an argument; without it the console itself refuses --foo.
        $result = $this->magento($shop, 'upgrade', '--format=json', '--', $version);

        self::assertNotSame(0, $result->exit, (string)$result);
        self::assertContains($result->exit, $exit === -1 ? [4, 5] : [$exit], (string)$result);
        $error = $result->json()['error'];
        self::assertStringContainsString(strtok($version, "\n;") ?: $version, $error['message'], 'the error names it');
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    /** @return iterable<string, array{string, ?string}> */
    public static function brokenFiles(): iterable
    {
        yield 'no composer.lock' => ['composer.lock', null];
        yield 'empty composer.lock' => ['composer.lock', ''];
        yield 'cut composer.lock' => ['composer.lock', '{"packages": [{"name": "magento/pro'];
        yield 'list as composer.lock' => ['composer.lock', '[]'];
        yield 'version as a list' => ['composer.lock', '{"packages":[{"name":"magento/product-community-edition","version":["2.4.6"]}],"packages-dev":[]}'];
        yield 'colliding keys' => ['composer.lock', '{"packages":[],"packages":[],"packages-dev":[]}'];
        yield 'deep composer.lock' => ['composer.lock', str_repeat('[', 5000) . str_repeat(']', 5000)];
        yield 'no installed.json' => ['vendor/composer/installed.json', null];
        yield 'broken installed.json' => ['vendor/composer/installed.json', '{"packages": 7}'];
        yield 'broken composer.json' => ['composer.json', '{'];
    }

    #[DataProvider('brokenFiles')]
    public function testABrokenComposerFile(string $file, ?string $contents): void
    {
        $shop = $this->shop();
        if ($contents === null) {
            unlink($shop->path($file));
        } else {
            $shop->put($file, $contents);
        }
        $before = $shop->snapshot();

        // Where a file is absent, status still tells what the other one says.
        foreach ($contents === null ? ['upgrade'] : ['upgrade', 'status'] as $command) {
            $result = $this->lockstep($shop->path('vendor/bin/lockstep'), $shop->root, $command, "--root-dir=$shop->root", '--format=json');
            $this->assertExit(4, $result);
            self::assertStringContainsString(basename($file), $result->json()['error']['message'], 'the error names the file');
        }
        $this->assertUnchanged($before, $shop);
    }

    public function testWrongOptionsAreToldInTheFormatThatWasAskedFor(): void
    {
        $shop = $this->shop();
        $result = $this->magento($shop, 'upgrade', '--format=json', '--no-such-option');
        self::assertNotSame(0, $result->exit);
        self::assertArrayHasKey('error', $result->json());
        self::assertNotSame(0, $this->magento($shop, 'status', '--format=yaml')->exit);
        self::assertNotSame(0, $this->magento($shop, 'upgrade', '--on-conflict=whatever')->exit);
    }

    public function testNoExtension(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $result = \Lockstep\Tests\E2e\Program::run([PHP_BINARY, 'bin/magento', 'migration:tool:status', '-n'], $shop->root, $this->environment());
        $this->assertExit(4, $result);
        self::assertStringContainsString('pie install', $result->all());
        $this->assertUnchanged($before, $shop);
    }

    public function testAComposerThatFails(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $fake = Site::directory('fake-composer') . '/composer';
        file_put_contents($fake, "#!/usr/bin/env php\n<?php\nif (in_array('--version', \$argv, true)) { echo \"Composer version 2.5.5 2023-03-21 11:50:05\\n\"; exit(0); }\nfwrite(STDERR, \"made to fail\\n\"); exit(42);\n");
        chmod($fake, 0755);

        $result = $this->magento($shop, 'upgrade', "--composer=$fake");

        $this->assertExit(6, $result);
        self::assertStringContainsString('made to fail', $result->stderr);
        $this->assertUnchanged($before, $shop);
    }
}
