<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** A program on a real pseudo terminal, answered as a person would: waits for what it shows, then types. */
final class Terminal
{
    private const PATIENCE = 60.0;

    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    private array $pipes = [];
    public string $shown = '';
    private int $read = 0;

    /**
     * @param list<string>          $command
     * @param array<string, string> $environment complete
     */
    public function __construct(array $command, string $directory, array $environment)
    {
        $line = implode(' ', array_map('escapeshellarg', $command));
        $process = proc_open(['script', '-qefc', $line, '/dev/null'], [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']], $this->pipes, $directory, $environment + ['TERM' => 'dumb', 'COLUMNS' => '200', 'SHELL' => '/bin/sh']);
        if (!is_resource($process)) {
            throw new \RuntimeException('script(1) cannot be started');
        }
        $this->process = $process;
        stream_set_blocking($this->pipes[1], false);
    }

    /** Waits for $text in what is shown since the last answer, then types. */
    public function answer(string $text, string $typed): void
    {
        $until = microtime(true) + self::PATIENCE;
        while (!str_contains(substr($this->shown, $this->read), $text)) {
            if (feof($this->pipes[1]) || microtime(true) > $until) {
                throw new \RuntimeException("\"$text\" was not shown:\n$this->shown");
            }
            $this->pull();
        }
        $this->read = strlen($this->shown);
        fwrite($this->pipes[0], $typed);
    }

    /** Waits for the end; the exit code. */
    public function end(): int
    {
        $until = microtime(true) + self::PATIENCE;
        while (!feof($this->pipes[1]) && microtime(true) < $until) {
            $this->pull();
        }
        array_map('fclose', $this->pipes);

        return proc_close($this->process);
    }

    private function pull(): void
    {
        $got = fread($this->pipes[1], 65536);
        if ($got === '' || $got === false) {
            usleep(5000);
        } else {
            $this->shown .= $got;
        }
    }
}
