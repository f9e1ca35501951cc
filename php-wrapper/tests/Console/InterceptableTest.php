<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;
use Symfony\Component\Console\Command\Command;

/** Magento has a plugin on Symfony's Command: setup:di:compile extends each command there is, and a final one ends it. */
final class InterceptableTest extends TestCase
{
    /** @return iterable<string, array{class-string}> */
    public static function commands(): iterable
    {
        foreach (glob(dirname(__DIR__, 2) . '/src/Console/*Command.php') ?: [] as $file) {
            /** @var class-string $class */
            $class = 'Lockstep\\MigrationTool\\Console\\' . basename($file, '.php');
            if (is_subclass_of($class, Command::class)) {
                yield basename($file) => [$class];
            }
        }
    }

    /** @param class-string $class */
    #[DataProvider('commands')]
    public function testACommandIsNotFinal(string $class): void
    {
        self::assertFalse((new \ReflectionClass($class))->isFinal());
    }
}
