<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Upgrade\Verification\Probe;
use PHPUnit\Framework\TestCase;

final class ProbeTest extends TestCase
{
    public function testFindsWhatAFileDeclares(): void
    {
        $code = '<?php namespace A\B; use X\Y; /** class Not */ abstract class One extends Y { const C = One::class; function f() { return new class {}; } } interface Two {} namespace C; trait Three {} final class Four {}';
        self::assertSame(['A\B\One', 'A\B\Two', 'C\Three', 'C\Four'], Probe::declaredClasses(token_get_all($code, TOKEN_PARSE)));
    }

    public function testWithoutNamespace(): void
    {
        self::assertSame(['Mage_Core'], Probe::declaredClasses(token_get_all('<?php class Mage_Core {} ', TOKEN_PARSE)));
        self::assertSame([], Probe::declaredClasses(token_get_all('<?php return ["class" => 1];', TOKEN_PARSE)));
    }
}
