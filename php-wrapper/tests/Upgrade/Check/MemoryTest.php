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
        file_put_contents($this->temporaryDirectory() . '/max', "max\n");
        file_put_contents($this->temporaryDirectory() . '/less', "5000\n");
        $meminfo = $this->temporaryDirectory() . '/meminfo';
        file_put_contents($meminfo, "MemTotal:  2000 kB\nMemAvailable:    1000 kB\nSwapFree:          24 kB\n");
        self::assertNull(Memory::free($this->temporaryDirectory() . '/none', $this->temporaryDirectory() . '/less'), 'the kernel says nothing');
        self::assertSame(1024 * 1024, Memory::free($meminfo, $this->temporaryDirectory() . '/none'));
        self::assertSame(1024 * 1024, Memory::free($meminfo, $this->temporaryDirectory() . '/max'));
        self::assertSame(5000, Memory::free($meminfo, $this->temporaryDirectory() . '/less'));
    }
}
