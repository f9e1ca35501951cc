<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use Lockstep\MigrationTool\Extension;
use PHPUnit\Framework\TestCase;

final class ExtensionTest extends TestCase
{
    public function testThePackageAndTheExtensionHaveOneVersion(): void
    {
        $header = (string) file_get_contents(__DIR__ . '/../../ext/php/php_lockstep.h');
        self::assertSame(1, preg_match('/^#define PHP_LOCKSTEP_VERSION "([^"]+)"$/m', $header, $match));
        self::assertSame($match[1] ?? '', Extension::VERSION);
        self::assertNull(Extension::failure());
        self::assertSame(implode('.', array_slice(explode('.', $match[1] ?? ''), 0, 2)) . '.*', Extension::needed());
    }
}
