<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

/** The process that holds the lock of all nodes, as the command sees it: asked by a line, answers by one, ends with its stdin. */
final class HolderProcess
{
    /** Its files, which need one another and nothing else of this package; from a PHAR as well. */
    private const FILES = ['DatabaseSession.php', 'MagentoLock.php', 'Holder.php'];
    private const CODE = '$root = array_pop($argv); foreach (array_slice($argv, 1) as $file) { require $file; } ' . Holder::class . '::main($root);';
    private const ENDS_SECONDS = 10.0;
    private const KILL = 9;

    /** @var array<int, resource> */
    private array $pipes;
    private string $read = '';

    /**
     * @param resource $process
     * @param array<int, resource> $pipes
     * @param resource $errors
     */
    private function __construct(private $process, array $pipes, private $errors)
    {
        $this->pipes = $pipes;
        stream_set_blocking($pipes[Holder::ANSWERS], false);
    }

    public static function start(string $php, string $root): ?self
    {
        $files = array_map(static fn (string $file): string => __DIR__ . '/' . $file, self::FILES);
        $errors = function_exists('proc_open') ? self::nameless() : null;
        if ($errors === null) {
            return null;
        }
        $process = proc_open(
            [$php, '-d', 'display_errors=stderr', '-r', self::CODE, '--', ...$files, $root],
            [['pipe', 'r'], ['file', '/dev/null', 'w'], $errors, Holder::ANSWERS => ['pipe', 'w']],
            $pipes,
            $root,
        );
        if (!is_resource($process)) {
            return null;
        }

        return new self($process, $pipes, $errors);
    }

    /** @return ?resource a file that a kill leaves nowhere */
    private static function nameless()
    {
        $name = @tempnam(sys_get_temp_dir(), 'lockstep');
        $file = $name === false ? false : @fopen($name, 'w+');
        $name === false || @unlink($name);

        return $file === false ? null : $file;
    }

    public function ask(): void
    {
        @fwrite($this->pipes[0], "?\n");
    }

    /** @return ?array{string, string} its word and why; null when it has ended, or did not answer in time */
    public function answer(float $seconds): ?array
    {
        $until = microtime(true) + $seconds;
        while (($end = strpos($this->read, "\n")) === false) {
            $left = $until - microtime(true);
            if ($left <= 0) {
                return null;
            }
            $read = [$this->pipes[Holder::ANSWERS]];
            $none = null;
            @stream_select($read, $none, $none, 0, (int) min(500_000, $left * 1e6 + 1)); // a signal ends it early
            $more = (string) fread($this->pipes[Holder::ANSWERS], 8192);
            if ($more === '' && feof($this->pipes[Holder::ANSWERS])) {
                return null;
            }
            $this->read .= $more;
        }
        $line = explode(' ', substr($this->read, 0, $end), 2);
        $this->read = substr($this->read, $end + 1);

        return [$line[0], $line[1] ?? ''];
    }

    /** The last line that it wrote to stderr, as PHP's fatal errors do. */
    public function lastWords(): string
    {
        rewind($this->errors);
        $lines = array_filter(array_map('trim', explode("\n", (string) stream_get_contents($this->errors))), static fn (string $line): bool => $line !== '' && $line[0] !== '#' && !str_starts_with($line, 'thrown in'));

        return $lines === [] ? '' : end($lines);
    }

    /**
     * @param bool $waits until it has let go of the lock; one that has not taken it yet sees by itself that it need not,
     *                    and is not killed: some backends keep the lock of who was killed for hours
     */
    public function end(bool $waits): void
    {
        array_map('fclose', $this->pipes);
        $until = microtime(true) + self::ENDS_SECONDS;
        while ($waits && proc_get_status($this->process)['running']) {
            if (microtime(true) > $until) {
                proc_terminate($this->process, self::KILL);
                break;
            }
            usleep(1000);
        }
    }
}
