<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

use PHPUnit\Framework\TestCase;

/**
 * setup:di:compile reads every constructor of a module and fails at a class that is not there: where a shop is compiled, in CI
 * for instance, the extension need not be installed.
 */
final class CompilableTest extends TestCase
{
    public function testNoConstructorNamesAClassOfTheExtension(): void
    {
        $classes = array_keys((new \ReflectionExtension('lockstep'))->getClasses());
        $source = dirname(__DIR__) . '/src';
        $named = [];
        $seen = 0;
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($source, \FilesystemIterator::SKIP_DOTS)) as $file) {
            $path = $file instanceof \SplFileInfo ? $file->getPathname() : '';
            $text = (string) file_get_contents($path);
            if (preg_match('/function __construct\((.*?)\)\s*[{;]/s', $text, $constructor) !== 1) {
                continue;
            }
            $seen++;
            foreach ($classes as $class) {
                $short = substr((string) strrchr($class, '\\'), 1);
                if (str_contains($text, "use $class;") && preg_match('/[\s?|(]' . $short . '\s+\$/', $constructor[1]) === 1) {
                    $named[] = substr($path, strlen($source) + 1) . ': ' . $class;
                }
            }
        }

        self::assertGreaterThan(50, $seen);
        self::assertSame([], $named);
    }
}
