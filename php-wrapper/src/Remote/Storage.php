<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Aws\CommandInterface;
use Aws\S3\S3Client;
use GuzzleHttp\Promise\PromiseInterface;
use League\Flysystem\AwsS3V3\AwsS3V3Adapter;
use League\Flysystem\Config;
use League\Flysystem\FileAttributes;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;

/**
 * The bucket below its prefix, through flysystem's adapter: what 2.x, which Magento brings, and 3.x share. What flysystem has no word
 * for, broken multipart uploads, the client is asked itself.
 */
final class Storage
{
    /** Of a multipart upload: 3.x is told, 2.x knows nothing but the SDK's. */
    public const PART_SIZES = [self::PART_BYTES, 5 << 20];
    private const PART_BYTES = 16 << 20;
    /** Larger ones are no document of ours. */
    private const TEXT_BYTES = 32 << 20;
    private const RETRIES = 2;

    /** @var ?\Closure(int): void bytes that have arrived there */
    private ?\Closure $onSent = null;

    private readonly S3Client $client;
    private readonly AwsS3V3Adapter $adapter;

    /** Takes none of the client's classes: where they are not installed, setup:di:compile reads this all the same. */
    private function __construct(public readonly StorageSettings $settings, int $timeout)
    {
        $this->client = self::client($settings, $timeout);
        $this->client->getHandlerList()->appendInit($this->middleware(...), 'lockstep');
        $this->adapter = new AwsS3V3Adapter($this->client, $settings->bucket, $settings->prefix);
    }

    /**
     * Looks at once whether the bucket can be reached.
     *
     * @param int $timeout seconds without a byte after which a connection is given up
     */
    public static function open(StorageSettings $settings, int $timeout): self
    {
        if (!class_exists(AwsS3V3Adapter::class) || !class_exists(S3Client::class)) {
            throw Failure::preflight('no-flysystem', 'Copies off the machine need flysystem\'s adapter for S3, which is not installed here.', 'composer require league/flysystem-aws-s3-v3. Magento 2.4.4 and later bring it: there use "bin/magento" or "vendor/bin/lockstep", not lockstep.phar.');
        }
        $storage = new self($settings, $timeout);
        try {
            $storage->client->listObjects(['Bucket' => $settings->bucket, 'Prefix' => $settings->prefix, 'MaxKeys' => 1]);
        } catch (\Throwable $e) {
            throw RemoteFailure::of($e, $settings, 'list what is', ExitCode::PREFLIGHT);
        }

        return $storage;
    }

    /** @return array{directories: list<string>, files: array<string, StoredFile>} names right below a directory; "" is the top */
    public function list(string $directory = ''): array
    {
        $directories = $files = [];
        try {
            foreach ($this->adapter->listContents($directory, false) as $entry) {
                $name = basename($entry->path());
                if (!$entry instanceof FileAttributes) {
                    $directories[] = $name;
                } elseif ($entry->path() !== $directory) {
                    $files[$name] = StoredFile::of($entry);
                }
            }
        } catch (\Throwable $e) {
            throw RemoteFailure::of($e, $this->settings, sprintf('list "%s"', $this->settings->place($directory)));
        }

        return ['directories' => $directories, 'files' => $files];
    }

    /** With its metadata; null when there is no such object. */
    public function look(string $path): ?StoredFile
    {
        try {
            return StoredFile::of($this->adapter->fileSize($path));
        } catch (\Throwable $e) {
            return RemoteFailure::isMissing($e) ? null : throw RemoteFailure::of($e, $this->settings, sprintf('look at "%s"', $this->settings->place($path)));
        }
    }

    /** A small document. */
    public function get(string $path, StoredFile $file): string
    {
        if ($file->bytes > self::TEXT_BYTES) {
            return '';
        }
        try {
            return $this->adapter->read($path);
        } catch (\Throwable $e) {
            throw RemoteFailure::of($e, $this->settings, sprintf('read "%s"', $this->settings->place($path)));
        }
    }

    /** Calls $chunk with what comes, to the end. @param callable(string): void $chunk */
    public function read(string $path, callable $chunk): void
    {
        $what = sprintf('read "%s"', $this->settings->place($path));
        try {
            $stream = $this->adapter->readStream($path);
            while (!feof($stream)) {
                $chunk((string) fread($stream, 1 << 20));
                if (stream_get_meta_data($stream)['timed_out']) {
                    throw new \RuntimeException('it stalled: nothing came until the time-out');
                }
            }
            fclose($stream);
        } catch (\Throwable $e) {
            throw RemoteFailure::of($e, $this->settings, $what);
        }
    }

    /**
     * Stores a file, in parts when it is large; a failure leaves no parts behind.
     *
     * @param resource              $stream   a file
     * @param array<string, string> $metadata
     * @param ?\Closure(int): void  $sent     bytes that have arrived, as they do
     */
    public function put(string $path, $stream, array $metadata, ?\Closure $sent = null): void
    {
        $this->onSent = $sent;
        try {
            $this->adapter->writeStream($path, $stream, new Config(['Metadata' => $metadata, 'mimetype' => str_ends_with($path, '.json') ? 'application/json' : 'application/zstd', 'part_size' => self::PART_BYTES, 'mup_threshold' => self::PART_BYTES, 'concurrency' => 2]));
        } catch (\Throwable $e) {
            $failure = RemoteFailure::of($e, $this->settings, sprintf('store "%s"', $this->settings->place($path)));
            try {
                $this->abortUploads($path);
            } catch (Failure) {
                throw $failure; // the next copy of the set ends them
            }
            throw $failure;
        } finally {
            $this->onSent = null;
        }
    }

    /** Ends the multipart uploads to paths that begin so: what a killed run had begun takes room, and nothing shows it. */
    public function abortUploads(string $path): void
    {
        $prefix = ltrim($this->settings->prefix . '/' . $path, '/');
        try {
            $uploads = $this->client->listMultipartUploads(['Bucket' => $this->settings->bucket, 'Prefix' => $prefix])->toArray()['Uploads'] ?? [];
            foreach (is_array($uploads) ? $uploads : [] as $upload) {
                if (is_array($upload) && is_string($upload['Key'] ?? null) && is_string($upload['UploadId'] ?? null) && str_starts_with($upload['Key'], $prefix)) {
                    $this->client->abortMultipartUpload(['Bucket' => $this->settings->bucket, 'Key' => $upload['Key'], 'UploadId' => $upload['UploadId']]);
                }
            }
        } catch (\Throwable $e) {
            if (RemoteFailure::isUnknown($e)) {
                return; // a storage that has no such thing
            }
            throw RemoteFailure::of($e, $this->settings, sprintf('end unfinished uploads to "%s"', $this->settings->place($path)));
        }
    }

    public function delete(string $path): void
    {
        try {
            $this->adapter->delete($path);
        } catch (\Throwable $e) {
            throw RemoteFailure::of($e, $this->settings, sprintf('remove "%s"', $this->settings->place($path)));
        }
    }

    private static function client(StorageSettings $settings, int $timeout): S3Client
    {
        $curl = extension_loaded('curl') ? ['curl' => [CURLOPT_LOW_SPEED_LIMIT => 1, CURLOPT_LOW_SPEED_TIME => $timeout]] : [];
        $options = [
            'version' => 'latest',
            'region' => $settings->region,
            'use_path_style_endpoint' => $settings->pathStyle,
            'retries' => self::RETRIES,
            'http' => ['connect_timeout' => min($timeout, 20), 'read_timeout' => $timeout] + $curl,
            // storages other than Amazon's refuse checksums that they do not know; the SHA-256 of each request's body is signed all the same
            'request_checksum_calculation' => 'when_required',
            'response_checksum_validation' => 'when_required',
        ];
        if ($settings->endpoint !== '') {
            $options['endpoint'] = $settings->endpoint;
        }
        if ($settings->key !== '') {
            $options['credentials'] = ['key' => $settings->key, 'secret' => $settings->secret];
            $options['use_aws_shared_config_files'] = false;
        }

        return new S3Client($options);
    }

    /**
     * No ACL goes along: objects are private without one, and buckets without ACLs refuse it. What is read as a stream does not
     * go through curl. Tells what has arrived.
     */
    private function middleware(callable $handler): callable
    {
        return function (CommandInterface $command, mixed $request = null) use ($handler): PromiseInterface {
            unset($command['ACL']);
            $http = $command['@http'];
            if (is_array($http) && ($http['stream'] ?? false) === true) {
                $command['@http'] = array_diff_key($http, ['curl' => 0]);
            }
            $promise = $handler($command, $request);
            assert($promise instanceof PromiseInterface);
            $bytes = $command->getName() === 'UploadPart' && is_int($command['ContentLength']) ? $command['ContentLength'] : 0;

            return $bytes === 0 ? $promise : $promise->then(function (mixed $result) use ($bytes): mixed {
                ($this->onSent ?? static fn (int $bytes): mixed => null)($bytes);

                return $result;
            });
        };
    }
}
