<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Upgrade\Constraint;
use PHPUnit\Framework\Attributes\TestWith;
use PHPUnit\Framework\TestCase;

final class ConstraintTest extends TestCase
{
    #[TestWith([['from' => '^2.4', 'to' => '2.4.6.1', 'section' => 'require'], '"magento/data-migration-tool": "2.4.6.1" (was "^2.4")'])]
    #[TestWith([['from' => '*', 'to' => '2.4.6.1', 'section' => 'require-dev'], '"magento/data-migration-tool": "2.4.6.1" in require-dev (was "*")'])]
    #[TestWith([['from' => '', 'to' => '2.4.6.1', 'section' => 'require'], '"magento/data-migration-tool": "2.4.6.1" (new)'])]
    #[TestWith([['from' => '2.4.6', 'to' => '2.4.6', 'section' => 'require'], ''])]
    #[TestWith([[], ''])]
    public function testAChangeIsOneLine(mixed $constraint, string $text): void
    {
        self::assertIsArray($constraint);
        self::assertSame($text, Constraint::text($constraint));
    }
}
