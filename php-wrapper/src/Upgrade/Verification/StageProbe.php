<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\PlainPhp;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Process;

/** A fresh PHP that parses every PHP file of the staged tool, loads the staged autoloader and looks for the tool's classes; it may write nowhere. */
final class StageProbe
{
    private const TIMEOUT = 120;
    private const CALL = "\nexit(Probe::run(\$argv[1], \$argv[2]));";

    private Process $process;

    private function __construct(private readonly Run $run)
    {
    }

    public static function start(Run $run): self
    {
        $stage = $run->stage();
        $command = [
            ...PlainPhp::command($run->composer()->php), '-r', self::code(), '--',
            $stage->path($run->shop->vendor . '/autoload.php'), $stage->path($run->shop->toolPath()),
        ];
        $writable = Process::fence() === 'none' ? null : [$stage->temporary()];

        $probe = new self($run);
        $probe->process = Process::start($command, $run->composer()->environment()->plain($stage->temporary()), $stage->composer->project, $writable);

        return $probe;
    }

    /** The program itself, not its path: that may be one inside a PHAR, which not every PHP can open. */
    private static function code(): string
    {
        return substr((string) file_get_contents(__DIR__ . '/Probe.php'), strlen('<?php')) . self::CALL;
    }

    public function check(): void
    {
        $result = $this->process->wait(null, self::TIMEOUT);
        if ($result['status'] !== 0 || !str_ends_with($result['output'], Probe::GOOD)) {
            throw self::broken(trim($result['errors'] . "\n" . $result['output']));
        }
        foreach ([...$this->run->merge->paths('merged'), ...$this->run->merge->paths('resolved')] as $path) {
            $tool = $this->run->stage()->path($this->run->shop->toolPath());
            $fault = str_ends_with($path, '.php') ? Syntax::of($this->run)->fault($tool, $path) : null;
            if ($fault !== null) {
                throw self::broken($fault);
            }
        }
    }

    private static function broken(string $why): Failure
    {
        return new Failure(ExitCode::BACKUP, 'stage-broken', 'The staged tool does not work: ' . $why, 'Your own changes of PHP files may not fit the new release: see "migration:tool:diff".');
    }
}
