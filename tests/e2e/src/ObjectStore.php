<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

use Aws\S3\S3Client;

/** A real S3-compatible store on this machine: OpenStack Swift, which checks signatures, hashes and multipart uploads (tests/e2e/s3/server.py). */
final class ObjectStore
{
    public const BUCKET = 'shop-backups';
    public const KEY = 'shop:backups';
    public const SECRET = 'object-store/fixture+secret';

    /** @param resource $process */
    private function __construct(
        public readonly string $host,
        private $process,
        private readonly string $scheme,
    ) {
    }

    /** @param ?string $certificate PEM file with its key: then it speaks TLS */
    public static function start(?string $certificate = null): self
    {
        $directory = Site::directory('object-store');
        $port = (string)RepositoryServer::freePort();
        $command = ['/usr/bin/python3', '-B', dirname(__DIR__) . '/s3/server.py', $directory, $port, self::KEY, self::SECRET, ...array_filter([$certificate])];

        return self::run($command, $port, "$directory/errors", $certificate === null ? 'http' : 'https');
    }

    /** The same store at the end of a bad way (tests/e2e/s3/faults.php). */
    public function behind(string $fault, int $bytes = 0): self
    {
        $port = (string)RepositoryServer::freePort();

        return self::run([PHP_BINARY, '-n', dirname(__DIR__) . '/s3/faults.php', $port, $this->host, $fault, (string)$bytes], $port, '/dev/null', $this->scheme);
    }

    /** @param list<string> $command */
    private static function run(array $command, string $port, string $errors, string $scheme): self
    {
        $none = ['file', '/dev/null', 'r+'];
        $process = proc_open(['setsid', ...$command], [$none, $none, ['file', $errors, 'w']], $pipes, '/', ['PATH' => '/usr/bin:/bin']);
        if (!is_resource($process)) {
            throw new \RuntimeException("$command[0] cannot be started");
        }
        for ($i = 0; $i < 300; $i++) {
            if (@stream_socket_client("tcp://127.0.0.1:$port", $code, $message, 1) !== false) {
                return new self("127.0.0.1:$port", $process, $scheme);
            }
            usleep(100_000);
        }
        throw new \RuntimeException('no object store: ' . file_get_contents($errors));
    }

    public function url(): string
    {
        return "$this->scheme://$this->host";
    }

    /** What the tests themselves look and meddle with. */
    public function client(): S3Client
    {
        return new S3Client(['version' => 'latest', 'region' => 'us-east-1', 'endpoint' => $this->url(), 'use_path_style_endpoint' => true, 'retries' => 0, 'credentials' => ['key' => self::KEY, 'secret' => self::SECRET], 'request_checksum_calculation' => 'when_required', 'response_checksum_validation' => 'when_required', 'http' => ['verify' => false]]);
    }

    /** @return array<string, int> key => bytes */
    public function objects(): array
    {
        $objects = [];
        foreach ($this->client()->listObjects(['Bucket' => self::BUCKET])['Contents'] ?? [] as $object) {
            $objects[$object['Key']] = (int)$object['Size'];
        }

        return $objects;
    }

    public function get(string $key): string
    {
        return (string)$this->client()->getObject(['Bucket' => self::BUCKET, 'Key' => $key])['Body'];
    }

    /** @param array<string, string> $metadata */
    public function put(string $key, string $contents, array $metadata = []): void
    {
        $this->client()->putObject(['Bucket' => self::BUCKET, 'Key' => $key, 'Body' => $contents, 'Metadata' => $metadata]);
    }

    /** Multipart uploads that were begun and neither ended nor given up. */
    public function unfinishedUploads(): int
    {
        return count($this->client()->listMultipartUploads(['Bucket' => self::BUCKET])['Uploads'] ?? []);
    }

    public function stop(): void
    {
        if (is_resource($this->process) && proc_get_status($this->process)['running']) {
            posix_kill(-proc_get_status($this->process)['pid'], SIGKILL);
        }
        if (is_resource($this->process)) {
            proc_close($this->process);
        }
    }
}
