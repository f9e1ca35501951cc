<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Identifier;
use PHPUnit\Framework\TestCase;

final class IdentifierTest extends TestCase
{
    public function testTheySortByAgeWithinASecondToo(): void
    {
        $made = [];
        for ($i = 0; $i < 200; $i++) {
            $made[] = $id = Identifier::make();
            self::assertTrue(Identifier::matches($id), $id);
            usleep(2);
        }
        $sorted = $made;
        sort($sorted);
        self::assertSame($sorted, $made);
        self::assertEqualsWithDelta(time(), strtotime(Identifier::time($made[0])), 5);
    }
}
