<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Console;

use Lockstep\MigrationTool\Console\Application;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;
use Symfony\Component\Console\Tester\ApplicationTester;

/** Commands run as a user runs them, on a small shop. */
abstract class ApplicationTestCase extends TestCase
{
    use TemporaryDirectory;

    protected string $root;

    protected function setUp(): void
    {
        $this->root = (string) realpath($this->temporaryDirectory()) . '/shop';
        SmallShop::make($this->root);
    }

    /**
     * @param array<string, mixed> $arguments
     * @return array{int, string} exit code and what was printed
     */
    protected function text(string $command, array $arguments = []): array
    {
        $application = new Application();
        $application->setAutoExit(false);
        $tester = new ApplicationTester($application);
        $code = $tester->run(['command' => $command, '--root-dir' => $this->root] + $arguments, ['capture_stderr_separately' => true]);

        return [$code, $tester->getDisplay() . $tester->getErrorOutput()];
    }

    /**
     * @param array<string, mixed> $arguments
     * @return array<mixed> the JSON document, which must be all of stdout
     */
    protected function json(int $exitCode, string $command, array $arguments = []): array
    {
        $application = new Application();
        $application->setAutoExit(false);
        $tester = new ApplicationTester($application);
        $code = $tester->run(['command' => $command, '--root-dir' => $this->root, '--format' => 'json'] + $arguments, ['capture_stderr_separately' => true]);
        self::assertSame($exitCode, $code, $tester->getDisplay() . $tester->getErrorOutput());
        $document = json_decode($tester->getDisplay(), true, 512, JSON_THROW_ON_ERROR);
        self::assertIsArray($document);
        self::assertSame($exitCode, $document['exit_code'] ?? null);

        return $document;
    }

    /** @param array<mixed> $document */
    protected static function at(array $document, string ...$keys): mixed
    {
        $value = $document;
        foreach ($keys as $key) {
            self::assertIsArray($value);
            self::assertArrayHasKey($key, $value);
            $value = $value[$key];
        }

        return $value;
    }
}
