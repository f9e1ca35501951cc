<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

use Composer\Autoload\ClassLoader;
use Lockstep\Lock;
use Lockstep\MigrationTool\Console\CommandList;
use Lockstep\MigrationTool\ExitCode;
use Symfony\Component\Console\Input\InputDefinition;

final class CommandTest extends ApplicationTestCase
{
    public function testWithoutTheExtensionEveryCommandTellsHowToInstallIt(): void
    {
        $autoload = dirname((string) (new \ReflectionClass(ClassLoader::class))->getFileName(), 2) . '/autoload.php';
        foreach ((new CommandList())->getCommands() as $command) {
            $arguments = $command->getName() === 'migration:tool:backup:restore' ? ['latest'] : [];
            $code = '$_SERVER["argv"] = array_merge(["lockstep"], array_slice($argv, 1)); require ' . var_export($autoload, true) . '; (new Lockstep\MigrationTool\Console\Application())->run();';
            $line = implode(' ', array_map('escapeshellarg', [PHP_BINARY, '-r', $code, '--', (string) $command->getName(), '--format=json', ...$arguments]));
            $output = [];
            exec($line . ' 2>/dev/null', $output, $status);
            $document = json_decode(implode("\n", $output), true);
            self::assertIsArray($document, (string) $command->getName());
            self::assertSame([ExitCode::PREFLIGHT, 'extension-missing'], [$status, self::at($document, 'error', 'code')]);
        }
    }

    public function testNoRootNoLock(): void
    {
        $lock = Lock::acquire($this->root);
        self::assertSame('locked', self::at($this->json(ExitCode::LOCKED, 'migration:tool:backup'), 'error', 'code'));
        $lock->release();
        $this->root .= '/bin';
        self::assertSame('no-root', self::at($this->json(ExitCode::PREFLIGHT, 'migration:tool:backup'), 'error', 'code'));
    }

    public function testRecoverWithNothingToDo(): void
    {
        self::assertSame('nothing', self::at($this->json(ExitCode::DONE, 'migration:tool:recover'), 'outcome'));
    }

    public function testABrokenLockFileIsNamed(): void
    {
        file_put_contents($this->root . '/composer.lock', '{"packages": [');
        [$code, $text] = $this->text('migration:tool:backup');
        self::assertSame(ExitCode::PREFLIGHT, $code);
        self::assertStringContainsString('composer.lock', $text);
        self::assertDirectoryDoesNotExist($this->root . '/var/lockstep/backups');
    }

    public function testEachCommandHasHelpWithAnExample(): void
    {
        foreach ((new CommandList())->getCommands() as $command) {
            self::assertNotSame('', $command->getDescription());
            self::assertStringContainsString('%command.full_name%', $command->getHelp(), (string) $command->getName());
            self::assertInstanceOf(InputDefinition::class, $command->getDefinition());
            self::assertTrue($command->getDefinition()->hasOption('format'));
        }
    }
}
