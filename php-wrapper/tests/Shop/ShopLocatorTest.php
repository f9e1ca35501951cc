<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Shop;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\ShopLocator;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class ShopLocatorTest extends TestCase
{
    use TemporaryDirectory;

    public function testFindsTheGivenRootThroughASymlink(): void
    {
        $root = $this->root('{}');
        symlink($root, $this->temporaryDirectory() . '/current');
        $shop = ShopLocator::find($this->temporaryDirectory() . '/current');
        self::assertSame($root, $shop->root);
        self::assertSame('vendor', $shop->vendor);
    }

    public function testFindsTheNearestRootAbove(): void
    {
        $root = $this->root('{"config": {"vendor-dir": "./lib/vendor/"}}');
        mkdir($root . '/app/code/A/B', 0777, true);
        $before = (string) getcwd();
        chdir($root . '/app/code/A/B');
        try {
            $shop = ShopLocator::find(null);
        } finally {
            chdir($before);
        }
        self::assertSame([$root, 'lib/vendor'], [$shop->root, $shop->vendor]);
    }

    /** @dataProvider wrong */
    public function testRefuses(string $composerJson, string $below, string $error): void
    {
        $root = $this->root($composerJson);
        try {
            ShopLocator::find($root . $below);
            self::fail('Nothing was refused.');
        } catch (Failure $e) {
            self::assertSame([ExitCode::PREFLIGHT, $error], [$e->exitCode, $e->error]);
            self::assertNotSame('', $e->hint);
        }
    }

    /** @return iterable<string, array{string, string, string}> */
    public static function wrong(): iterable
    {
        yield 'no directory' => ['{}', '/none', 'no-root'];
        yield 'no Magento root' => ['{}', '/bin', 'no-root'];
        yield 'vendor outside' => ['{"config": {"vendor-dir": "../vendor"}}', '', 'vendor-dir'];
        yield 'vendor at an absolute path' => ['{"config": {"vendor-dir": "/srv/vendor"}}', '', 'vendor-dir'];
    }

    private function root(string $composerJson): string
    {
        $root = (string) realpath($this->temporaryDirectory()) . '/shop';
        mkdir($root . '/bin', 0777, true);
        touch($root . '/bin/magento');
        file_put_contents($root . '/composer.json', $composerJson);

        return $root;
    }
}
