<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Shop;

use Lockstep\MigrationTool\Shop\PathInRoot;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class PathInRootTest extends TestCase
{
    use TemporaryDirectory;

    public function testWhereAPathLeadsTo(): void
    {
        $root = (string) realpath($this->temporaryDirectory()) . '/shop';
        mkdir($root . '/real/packages', 0777, true);
        symlink('real', $root . '/link');
        symlink('/usr', $root . '/out');
        $expected = [
            'vendor' => 'vendor',
            './lib//vendor/' => 'lib/vendor',
            'a/../b' => 'b',
            '../shop/vendor' => 'vendor',
            $root . '/vendor' => 'vendor',
            'link/packages' => 'real/packages',
            'link/new/one' => 'real/new/one',
            '.' => null,
            '' => null,
            '../vendor' => null,
            '../shop-2/vendor' => null,
            $root . '-2' => null,
            '/srv/vendor' => null,
            'out/bin' => null,
            '~' => null,
            '$HOME/vendor' => null,
            '~vendor' => '~vendor',
        ];
        foreach ($expected as $path => $relative) {
            self::assertSame($relative, PathInRoot::relative($root, $path), $path);
        }
    }
}
