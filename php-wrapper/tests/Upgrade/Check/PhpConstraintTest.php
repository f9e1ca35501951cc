<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Check\PhpConstraint;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class PhpConstraintTest extends TestCase
{
    #[DataProvider('constraints')]
    public function testConstraintsThatMagentoUses(string $constraint, string $version, bool $allowed): void
    {
        self::assertSame($allowed, PhpConstraint::allows($constraint, $version));
    }

    /** @return iterable<array{string, string, bool}> */
    public static function constraints(): iterable
    {
        yield ['~7.1.3||~7.2.0||~7.3.0', '8.2.5', false];
        yield ['~7.1.3||~7.2.0||~7.3.0', '7.3.33', true];
        yield ['~5.5.22|~5.6.0|7.0.2|7.0.4|~7.0.6', '7.0.4', true];
        yield ['~5.5.22|~5.6.0|7.0.2|7.0.4|~7.0.6', '7.0.3', false];
        yield ['~7.4.0||~8.1.0', '8.2.0', false];
        yield ['~8.1.0||~8.2.0', '8.2.36', true];
        yield ['^7.1', '7.4.0', true];
        yield ['^7.1', '8.0.0', false];
        yield ['>=8.1 <8.3', '8.2.9', true];
        yield ['>=8.1,<8.3', '8.3.0', false];
        yield ['8.2.*', '8.2.36', true];
        yield ['8.2.*', '8.3.0', false];
        yield ['', '8.2.0', true];
        yield ['dev-unreadable', '8.2.0', true];
    }
}
