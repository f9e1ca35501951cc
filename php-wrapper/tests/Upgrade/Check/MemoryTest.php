<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade\Check;

use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use Lockstep\MigrationTool\Upgrade\Check\Memory;
use PHPUnit\Framework\TestCase;

final class MemoryTest extends TestCase
{
    use TemporaryDirectory;

    public function testTheLeastOfMachineAndContainer(): void
    {
        $meminfo = $this->temporaryDirectory() . '/meminfo';
        $cgroup = $this->temporaryDirectory() . '/memory.max';
        self::assertNull(Memory::free($meminfo, $cgroup), 'nothing is said');
        file_put_contents($meminfo, "MemTotal:  2000 kB\nMemAvailable:    1000 kB\nSwapFree:          24 kB\n");
        self::assertSame(1024 * 1024, Memory::free($meminfo, $cgroup));
        file_put_contents($cgroup, "max\n");
        self::assertSame(1024 * 1024, Memory::free($meminfo, $cgroup));
        file_put_contents($cgroup, "5000\n");
        self::assertSame(5000, Memory::free($meminfo, $cgroup));
    }
}
