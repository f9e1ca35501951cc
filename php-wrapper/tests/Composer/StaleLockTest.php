<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\StaleLock;
use PHPUnit\Framework\TestCase;

final class StaleLockTest extends TestCase
{
    private const LOCK = [
        'packages' => [
            ['name' => 'a/a', 'version' => '1.0', 'require' => ['b/b' => '*', 'php' => '*']],
            ['name' => 'b/b', 'version' => '1.1', 'require' => ['v/virtual' => '*']],
            ['name' => 'p/p', 'version' => '1.2', 'provide' => ['v/virtual' => '1.0'], 'replace' => ['o/old' => '*']],
        ],
        'packages-dev' => [['name' => 'd/d', 'version' => '1.3']],
        'platform' => ['php' => '~8.1'],
        'platform-dev' => [],
        'minimum-stability' => 'stable',
        'prefer-stable' => true,
    ];
    private const JSON = ['require' => ['php' => '~8.1', 'A/a' => '*'], 'require-dev' => ['d/d' => '*'], 'prefer-stable' => true];

    public function testNothingDiffers(): void
    {
        self::assertSame([], (new StaleLock(self::JSON, self::LOCK))->differences([]));
        self::assertSame(['what Composer says'], (new StaleLock(self::JSON, self::LOCK))->differences(['what Composer says']));
    }

    public function testARequirementMayBeProvidedOrReplaced(): void
    {
        $json = self::JSON;
        $json['require'] += ['v/virtual' => '*', 'o/old' => '*', 'x/x' => '^1'];
        self::assertSame(['x/x "^1" is required (require), and is not locked'], (new StaleLock($json, self::LOCK))->differences([]));
    }

    public function testOnlyTheTopOfWhatIsGoneIsTold(): void
    {
        $json = self::JSON;
        unset($json['require']['A/a']);
        self::assertSame(['a/a 1.0 is locked, and nothing requires it any more'], (new StaleLock($json, self::LOCK))->differences([]));
    }

    public function testPackagesThatRequireEachOtherAreGoneTogether(): void
    {
        $lock = self::LOCK;
        $lock['packages'][] = ['name' => 'c/c', 'version' => '1', 'require' => ['e/e' => '*']];
        $lock['packages'][] = ['name' => 'e/e', 'version' => '2', 'require' => ['c/c' => '*']];
        self::assertSame(['c/c 1 is locked, and nothing requires it any more', 'e/e 2 is locked, and nothing requires it any more'], (new StaleLock(self::JSON, $lock))->differences([]));
    }

    public function testPlatformAndStability(): void
    {
        $json = ['require' => ['php' => '~8.2', 'ext-intl' => '*', 'a/a' => '*'], 'config' => ['platform' => ['php' => '8.2.1']]] + self::JSON;
        unset($json['prefer-stable']);
        self::assertSame([
            'php (require): "~8.2", was "~8.1"',
            'ext-intl (require): "*", was not there',
            'php (config.platform): "8.2.1", was not there',
            'prefer-stable is false, and was true',
        ], (new StaleLock($json, self::LOCK))->differences([]));
        self::assertSame(['allow-plugins' => false, 'platform' => ['php' => '8.2.1']], (new StaleLock($json, self::LOCK))->question()['config']);
    }
}
