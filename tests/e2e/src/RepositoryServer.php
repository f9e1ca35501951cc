<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** A repository on the web of this machine: php -S with tests/e2e/http/router.php, or one that accepts and never answers. */
final class RepositoryServer
{
    /** @param resource $process */
    private function __construct(
        public readonly string $host,
        private $process,
    ) {
    }

    /** @param array<string, string> $environment CREDENTIALS, HOSTILE */
    public static function start(string $repository, array $environment = []): self
    {
        $host = '127.0.0.1:' . self::freePort();

        return self::run($host, [PHP_BINARY, '-n', '-S', $host, dirname(__DIR__) . '/http/router.php'], $environment + ['REPOSITORY' => $repository, 'PHP_CLI_SERVER_WORKERS' => '2']);
    }

    public static function stalling(): self
    {
        $host = '127.0.0.1:' . self::freePort();

        return self::run($host, [PHP_BINARY, '-n', '-r', '$server = stream_socket_server("tcp://$argv[1]"); while (true) { $open[] = @stream_socket_accept($server, 3600); }', '--', $host], []);
    }

    /** A port of this machine on which nobody listens. */
    public static function freePort(): int
    {
        $socket = stream_socket_server('tcp://127.0.0.1:0');
        if ($socket === false) {
            throw new \RuntimeException('no free port');
        }

        return (int)substr((string)strrchr((string)stream_socket_get_name($socket, false), ':'), 1);
    }

    public function url(): string
    {
        return "http://$this->host";
    }

    public function stop(): void
    {
        if (is_resource($this->process) && proc_get_status($this->process)['running']) {
            posix_kill(-proc_get_status($this->process)['pid'], SIGKILL); // its workers too
        }
        if (is_resource($this->process)) {
            proc_close($this->process);
        }
    }

    /**
     * @param list<string>          $command
     * @param array<string, string> $environment
     */
    private static function run(string $host, array $command, array $environment): self
    {
        $none = ['file', '/dev/null', 'r+'];
        $process = proc_open(['setsid', ...$command], [$none, $none, $none], $pipes, '/', $environment + ['PATH' => '/usr/bin:/bin']);
        if (!is_resource($process)) {
            throw new \RuntimeException("$command[0] cannot be started");
        }
        for ($i = 0; $i < 200; $i++) {
            $socket = @stream_socket_client("tcp://$host", $code, $message, 1);
            if ($socket !== false) {
                return new self($host, $process);
            }
            usleep(20_000);
        }
        throw new \RuntimeException("no server on $host");
    }
}
