<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Secrets;

/** Where backups are copied to, and with which credentials. */
final class StorageSettings
{
    /** What is in Magento's own storage lies beside the shop's files: below a directory of ours. */
    private const OWN_DIRECTORY = 'lockstep';
    /** Magento's own names for it, and the SDK's. */
    private const PATH_STYLE = ['use_path_style_endpoint', 'path_style', 'path-style'];
    private const REGION = 'us-east-1';

    /**
     * @param string $prefix   without slashes around it; "": the bucket's top
     * @param string $endpoint "": Amazon's own
     * @param string $key      "": the SDK finds credentials itself (role of the machine, environment)
     * @param string $source   where an administrator finds these settings, for messages
     */
    private function __construct(
        public readonly string $bucket,
        public readonly string $prefix,
        public readonly string $region,
        public readonly string $endpoint,
        public readonly string $key,
        public readonly string $secret,
        public readonly bool $pathStyle,
        public readonly string $source,
    ) {
    }

    /**
     * remote_storage of app/etc/env.php; null when it names no bucket of S3.
     *
     * @param array<mixed> $storage
     */
    public static function ofEnvFile(array $storage): ?self
    {
        $config = is_array($storage['config'] ?? null) ? $storage['config'] : [];
        if (($storage['driver'] ?? null) !== 'aws-s3' || self::text($config, 'bucket') === '') {
            return null;
        }
        $credentials = is_array($config['credentials'] ?? null) ? $config['credentials'] : [];
        $prefix = trim(self::text($storage, 'prefix'), '/') . '/' . self::OWN_DIRECTORY;
        $styles = array_filter(array_map(static fn (string $key): string => self::text($config, $key), self::PATH_STYLE));

        return self::checked(['prefix' => $prefix, 'path_style' => (string) end($styles)] + $config + ['key' => self::text($credentials, 'key'), 'secret' => self::text($credentials, 'secret')], 'remote_storage in app/etc/env.php');
    }

    /**
     * The module's own section; null when it names no bucket.
     *
     * @param array<mixed> $section
     */
    public static function ofConfiguration(array $section): ?self
    {
        return self::text($section, 'bucket') === '' ? null : self::checked($section, 'Stores > Configuration > Data Migration Tool > Off-Machine Copy');
    }

    /** As people write it. */
    public function place(string $path = ''): string
    {
        return 's3://' . implode('/', array_filter([$this->bucket, $this->prefix, $path], static fn (string $part): bool => $part !== ''));
    }

    /** "bucket "NAME" at HOST" */
    public function server(): string
    {
        return sprintf('bucket "%s" at %s', $this->bucket, $this->endpoint === '' ? 'Amazon S3, region ' . $this->region : $this->endpoint);
    }

    public function masked(string $text): string
    {
        return Secrets::maskReport($text, $this->secret === '' ? [] : [$this->secret]);
    }

    /** Would the way there show the archives to others? */
    public function isReadableUnderWay(): bool
    {
        return preg_match('~^http://(?!localhost[:/]|127\.|\[::1\])~i', $this->endpoint . '/') === 1;
    }

    /** @param array<mixed> $data */
    private static function checked(array $data, string $source): self
    {
        $prefix = trim(self::text($data, 'prefix'), '/');
        $endpoint = rtrim(self::text($data, 'endpoint'), '/');
        $wrong = match (true) {
            preg_match('/^[A-Za-z0-9][A-Za-z0-9._-]{1,254}$/D', self::text($data, 'bucket')) !== 1 => 'the bucket is no name of one',
            preg_match('~[\x00-\x1f\x7f]|(^|/)\.{0,2}(/|$)~', $prefix === '' ? 'x' : $prefix) === 1 => 'the prefix is no path',
            $endpoint !== '' && preg_match('~^https?://[^/\s@]+(/[^\s@]*)?$~Di', $endpoint) !== 1 => 'the endpoint is no address as in https://s3.example.com',
            self::text($data, 'key') !== '' && self::text($data, 'secret') === '' => 'the access key has no secret',
            default => '',
        };
        if ($wrong !== '') {
            throw Failure::preflight('remote-settings', sprintf('The place for copies cannot be used: %s.', $wrong), sprintf('Correct %s.', $source));
        }
        $pathStyle = self::text($data, 'path_style');

        return new self(
            self::text($data, 'bucket'),
            $prefix,
            self::text($data, 'region') === '' ? self::REGION : self::text($data, 'region'),
            $endpoint,
            self::text($data, 'key'),
            self::text($data, 'secret'),
            $pathStyle !== '' && $pathStyle !== '0' && $pathStyle !== 'false',
            $source,
        );
    }

    /** @param array<mixed> $data */
    private static function text(array $data, string $key): string
    {
        return is_scalar($data[$key] ?? null) ? trim((string) $data[$key]) : '';
    }
}
