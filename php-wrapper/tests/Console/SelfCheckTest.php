<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

use Lockstep\MigrationTool\Console\Application;
use Lockstep\MigrationTool\Console\Command;
use Lockstep\MigrationTool\Console\CommandList;
use Lockstep\MigrationTool\Extension;
use PHPUnit\Framework\TestCase;
use Symfony\Component\Console\Tester\CommandTester;

final class SelfCheckTest extends TestCase
{
    public function testItIsNoCommandOfMagento(): void
    {
        $names = array_map(static fn (Command $command): string => (string) $command->getName(), (new CommandList())->getCommands());
        self::assertNotContains('self-check', $names);
        self::assertContains('migration:tool:doctor', $names);
    }

    public function testItTellsTheVersions(): void
    {
        $tester = new CommandTester((new Application())->find('self-check'));
        self::assertSame(0, $tester->execute([]));
        self::assertStringContainsString(Extension::VERSION . ', fits', $tester->getDisplay());
        self::assertSame(0, $tester->execute(['--format' => 'json']));
        $json = json_decode($tester->getDisplay(), true);
        self::assertIsArray($json);
        self::assertSame(['status', 'exit_code', 'versions', 'findings'], array_keys($json));
    }
}
