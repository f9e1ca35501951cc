<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Check\PhpRestrictions;
use PHPUnit\Framework\TestCase;

final class PhpRestrictionsTest extends TestCase
{
    public function testWhatLiesOutsideOfOpenBasedir(): void
    {
        self::assertSame([], PhpRestrictions::outside('', ['/anywhere']));
        self::assertSame([], PhpRestrictions::outside('/srv:/tmp/', ['/srv/shop', '/srv', '/tmp']));
        self::assertSame(['/srv2', '/usr/bin/composer'], PhpRestrictions::outside('/srv:/tmp', ['/srv/shop', '/srv2', '/usr/bin/composer']));
    }
}
