<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

use Lockstep\MigrationTool\Upgrade\PlainPhp;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Verification\Probe;
use Lockstep\Process;

/**
 * Classes of the tool described, and the user's loaded, by a fresh PHP with the autoloader of the shop or of the stage; it may write
 * nowhere. What ends it is the answer to the question that it was at, and the rest is asked anew.
 *
 * @phpstan-type Methods array<string, array{key: string, text: string}>
 */
final class Inspection
{
    private const TIMEOUT = 120;
    private const CALL = "\nexit(\\Lockstep\\MigrationTool\\Modules\\Inspector::run(\$argv[1], \$argv[2], stream_get_contents(STDIN)));";

    /** @var array<string, ?Methods> class => its methods; null: there is none */
    public array $shapes = [];
    /** @var array<string, array{error: string, file: string, line: int}> class => why it does not load */
    public array $broken = [];
    /** @var array<string, true> */
    private array $loaded = [];

    private function __construct()
    {
    }

    /**
     * @param string                $project  absolute; the shop's root or the stage's
     * @param list<string>          $describe classes of the tool
     * @param array<string, string> $load     the user's class => its file
     */
    public static function of(Run $run, string $project, array $describe, array $load): self
    {
        $found = new self();
        do {
            $left = count($describe) + count($load);
            foreach ($found->ask($run, $project, $describe, $load) as $answer) {
                $found->take($answer);
            }
            $describe = array_values(array_filter($describe, static fn (string $class): bool => !array_key_exists($class, $found->shapes)));
            $load = array_filter($load, static fn (string $class): bool => !isset($found->loaded[$class]), ARRAY_FILTER_USE_KEY);
        } while ($left > count($describe) + count($load) && count($describe) + count($load) > 0);

        return $found;
    }

    /**
     * @param list<string>          $describe
     * @param array<string, string> $load
     * @return list<array<mixed>>
     */
    private function ask(Run $run, string $project, array $describe, array $load): array
    {
        $stage = $run->stage();
        $questions = [
            ...array_map(static fn (string $class): string => 'describe ' . $class, $describe),
            ...array_map(static fn (string $class, string $file): string => 'load ' . $class . ' ' . $file, array_keys($load), $load),
        ];
        $result = Process::run(
            [
                ...PlainPhp::command($run->composer()->php), '-r', self::code(), '--',
                $project . '/' . $run->shop->vendor . '/autoload.php', $project . '/' . $run->shop->toolPath(),
            ],
            $run->composer()->environment()->plain($stage->temporary()),
            $project,
            Process::fence() === 'none' ? null : [$stage->temporary()],
            implode("\n", $questions),
            null,
            self::TIMEOUT,
        );
        $answers = [];
        foreach (explode("\n", $result['output']) as $line) {
            $answer = str_starts_with($line, '{"asked"') ? json_decode($line, true) : null;
            if (is_array($answer)) {
                $answers[] = $answer;
            }
        }

        return $answers;
    }

    /** @param array<mixed> $answer */
    private function take(array $answer): void
    {
        [$question, $class] = explode(' ', is_string($answer['asked'] ?? null) ? $answer['asked'] : '', 2) + ['', ''];
        if ($question === 'describe') {
            $this->shapes[$class] = is_array($answer['shape'] ?? null) ? self::methods($answer['shape']) : null;
        } elseif ($question === 'load') {
            $this->loaded[$class] = true;
            if (is_string($answer['error'] ?? null)) {
                $this->broken[$class] = ['error' => $answer['error'], 'file' => is_string($answer['file'] ?? null) ? $answer['file'] : '', 'line' => is_int($answer['line'] ?? null) ? $answer['line'] : 0];
            }
        }
    }

    /**
     * @param array<mixed> $shape
     * @return Methods
     */
    private static function methods(array $shape): array
    {
        $methods = [];
        foreach ($shape as $name => $method) {
            if (is_array($method) && is_string($method['key'] ?? null) && is_string($method['text'] ?? null)) {
                $methods[(string) $name] = ['key' => $method['key'], 'text' => $method['text']];
            }
        }

        return $methods;
    }

    /** The programs themselves, not their paths: those may be inside a PHAR, which not every PHP can open. */
    private static function code(): string
    {
        $probe = (string) file_get_contents(dirname((string) (new \ReflectionClass(Probe::class))->getFileName()) . '/Probe.php');
        $inspector = (string) file_get_contents(__DIR__ . '/Inspector.php');

        return substr($probe, strlen('<?php')) . str_replace('declare(strict_types=1);', '', substr($inspector, strlen('<?php'))) . self::CALL;
    }
}
