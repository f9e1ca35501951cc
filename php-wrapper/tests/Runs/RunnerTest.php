<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Runs;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\Runner;
use Lockstep\MigrationTool\Runs\RunStore;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\TestCase;

final class RunnerTest extends TestCase
{
    use TemporaryDirectory;

    private function root(): string
    {
        $root = $this->temporaryDirectory();
        if (!is_dir($root . '/var/log')) {
            mkdir($root . '/var/log', 0755, true);
        }

        return $root;
    }

    private function runner(float $grace = 1.0): Runner
    {
        return new Runner($this->root(), __DIR__ . '/fake-lockstep.php', grace: $grace);
    }

    /** @param list<string> $command */
    private function perform(array $command, int $limit = 60, float $grace = 1.0): Run
    {
        $runner = $this->runner($grace);

        return $runner->finish($runner->begin('backup', 'schedule', $command, $limit), ['LOCKSTEP_FAKE' => 'yes']);
    }

    public function testARunIsRecordedFromItsBeginningToItsEnd(): void
    {
        $runner = $this->runner();
        $store = new RunStore($this->root());
        $run = $runner->begin('backup', 'schedule', ['done', '--strip=@log --all'], 60);
        self::assertSame(Outcome::Running, $store->find($run->id)?->outcome());

        $run = $runner->finish($run, ['LOCKSTEP_FAKE' => 'yes']);
        self::assertSame(Outcome::Done, $run->outcome());
        self::assertSame(['done', '--strip=@log --all', '--format=json', '-n', '--root-dir=' . $this->root()], $run->result['arguments'] ?? null);
        self::assertSame('yes', $run->result['environment'] ?? null);
        self::assertEquals($run, $store->find($run->id));
        self::assertSame(0700, fileperms($this->root() . '/' . RunStore::DIRECTORY) & 0777);
        self::assertSame(0600, fileperms($this->root() . '/' . RunStore::DIRECTORY . '/' . $run->id . '.json') & 0777);
        self::assertMatchesRegularExpression('~^\S+Z ' . $run->id . ' backup by schedule: done \(exit code 0\)\n$~', (string) file_get_contents($this->root() . '/' . Runner::LOG));
    }

    /** @return array<string, array{int, Outcome, bool}> */
    public static function codes(): array
    {
        return [
            'action required' => [ExitCode::ACTION_REQUIRED, Outcome::ActionRequired, false],
            'conflicts' => [ExitCode::CONFLICT, Outcome::Refused, true],
            'refused' => [ExitCode::PREFLIGHT, Outcome::Refused, true],
            'no release fits' => [ExitCode::NO_RELEASE, Outcome::Refused, true],
            'the lock is held' => [ExitCode::LOCKED, Outcome::Busy, true],
            'unexpected' => [ExitCode::UNEXPECTED, Outcome::Failed, true],
            'a signal\'s code' => [143, Outcome::Failed, true],
        ];
    }

    #[DataProvider('codes')]
    public function testWhatAnExitCodeMeans(int $code, Outcome $outcome, bool $isFailure): void
    {
        $run = $this->perform(['code', (string) $code]);
        self::assertSame($outcome, $run->outcome());
        self::assertSame($isFailure, $run->outcome()->isFailure());
        self::assertSame($code, $run->exitCode);
        self::assertSame("first\nsecond Do this.", $run->message);
        self::assertStringEndsWith(": first second Do this.\n", (string) file_get_contents($this->root() . '/' . Runner::LOG), 'one line');
    }

    public function testPasswordsInAMessageAreHidden(): void
    {
        $run = $this->perform(['secret']);
        self::assertSame(Outcome::Failed, $run->outcome());
        self::assertStringNotContainsString('hidden', $run->message . json_encode($run->toArray(), JSON_THROW_ON_ERROR) . file_get_contents($this->root() . '/' . Runner::LOG));
    }

    public function testRubbishIsAMessageInValidUtf8(): void
    {
        $run = $this->perform(['rubbish']);
        self::assertSame(Outcome::Failed, $run->outcome());
        self::assertNull($run->result);
        self::assertSame(1, preg_match('/^.{1,2}y+$/u', $run->message), 'a character cut in two is replaced');
    }

    public function testPipesAreReadWhateverTheSize(): void
    {
        $run = $this->runner()->ask(['much'], 60);
        self::assertSame(Outcome::Done, $run->outcome());
        self::assertSame(5000000, strlen(is_string($run->result['diff'] ?? null) ? $run->result['diff'] : ''));
        self::assertSame([], (new RunStore($this->root()))->all(), 'a question leaves no record');
    }

    public function testAKilledChildDied(): void
    {
        $run = $this->perform(['die']);
        self::assertSame(Outcome::Died, $run->outcome());
        self::assertSame('Killed by signal 9.', $run->message);
    }

    public function testAHangingChildIsEnded(): void
    {
        $run = $this->perform(['hang'], 1);
        self::assertSame(Outcome::Failed, $run->outcome());
        self::assertStringContainsString('time limit', $run->message);
    }

    public function testADeafChildIsKilled(): void
    {
        $before = microtime(true);
        $run = $this->perform(['deaf'], 1, 1.0);
        self::assertSame(Outcome::Died, $run->outcome());
        self::assertStringContainsString('Killed', $run->message);
        self::assertLessThan(20, microtime(true) - $before);
    }

    public function testAnArgumentThatNoProcessTakesFailsTheRun(): void
    {
        $run = $this->perform(["done\0"]);
        self::assertSame(Outcome::Failed, $run->outcome());
        self::assertNotSame('', $run->message);
        self::assertSame(Outcome::Failed, (new RunStore($this->root()))->find($run->id)?->outcome(), 'the record says so, too');
    }

    public function testWarningsOfPhpItselfDoNotSpoilTheDocument(): void
    {
        $ini = $this->root() . '/ini';
        mkdir($ini);
        file_put_contents($ini . '/broken.ini', "display_errors=1\ndisplay_startup_errors=1\nextension=there-is-no-such-extension\n");
        $before = getenv('PHP_INI_SCAN_DIR');
        putenv('PHP_INI_SCAN_DIR=:' . $ini);
        try {
            self::assertNotNull($this->perform(['done'])->result);
        } finally {
            putenv($before === false ? 'PHP_INI_SCAN_DIR' : 'PHP_INI_SCAN_DIR=' . $before);
        }
    }

    public function testAnotherUserIsToldSoAndWritesNothing(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a directory away');
        }
        $root = $this->root();
        chown($root, 65534);
        $runner = $this->runner();
        $run = $runner->begin('backup', 'schedule', ['done'], 60);
        self::assertSame(Outcome::Refused, $run->outcome(), 'told before anything is written');
        self::assertStringContainsString('Cron runs as "root"', $run->message);
        self::assertEquals($run, $runner->finish($run));
        self::assertFileDoesNotExist($root . '/var/lockstep', 'the owner could not write into what root made');
        self::assertFileDoesNotExist($root . '/' . Runner::LOG);
    }
}
