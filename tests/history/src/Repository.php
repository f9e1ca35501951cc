<?php

declare(strict_types=1);

namespace Lockstep\Tests\History;

use RuntimeException;

/** The tool's releases as its git repository has them; a clone or a bare git directory. */
final class Repository
{
    /** @var resource */
    private $process;

    /** @var array<int, resource> */
    private array $pipes = [];

    public function __construct(private readonly string $directory)
    {
        $process = proc_open($this->git('cat-file', '--batch'), [['pipe', 'r'], ['pipe', 'w'], STDERR], $this->pipes);
        $this->process = $process ?: throw new RuntimeException('git does not start');
    }

    public function __destruct()
    {
        array_map('fclose', $this->pipes);
        proc_close($this->process);
    }

    /** @return list<string> all releases, by version; what comes before a release is none */
    public function releases(): array
    {
        $tags = array_values(preg_grep('/^\d+(\.\d+)+$/D', $this->lines('tag')) ?: []);
        usort($tags, 'version_compare');

        return $tags;
    }

    /** @return array<string, string> a blob by path: what customizations are about, and the schemas */
    public function files(string $release): array
    {
        $files = [];
        foreach ($this->lines('ls-tree', '-r', $release, 'etc', 'src/Migration/Step', 'src/Migration/Handler') as $line) {
            if (preg_match('/^100\d+ blob (\w+)\t(.+)$/D', $line, $found) === 1) {
                $files[$found[2]] = $found[1];
            }
        }

        return $files;
    }

    public function text(string $blob): string
    {
        fwrite($this->pipes[0], "$blob\n");
        $head = explode(' ', trim((string) fgets($this->pipes[1])));
        if (($head[1] ?? '') !== 'blob') {
            throw new RuntimeException("the repository has no file $blob");
        }
        $text = '';
        for ($left = (int) $head[2] + 1; $left > 0; $left -= strlen($part)) {
            $part = (string) fread($this->pipes[1], $left);
            $text .= $part;
        }

        return substr($text, 0, -1);
    }

    /** @return list<string> */
    private function lines(string ...$arguments): array
    {
        exec(implode(' ', array_map('escapeshellarg', $this->git(...$arguments))), $lines, $status);
        if ($status !== 0) {
            throw new RuntimeException("$this->directory is no repository of the tool");
        }

        return $lines;
    }

    /** @return list<string> */
    private function git(string ...$arguments): array
    {
        return ['git', '-c', 'safe.directory=*', '-C', $this->directory, ...array_values($arguments)];
    }
}
