<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Remote;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\RemoteFailure;
use Lockstep\MigrationTool\Remote\StorageSettings;
use PHPUnit\Framework\TestCase;

final class StorageSettingsTest extends TestCase
{
    private const SECRET = 'q3Jx/0secret+value';

    public function testMagentosStorageIsUsedBelowADirectoryOfOurs(): void
    {
        $config = ['bucket' => 'media', 'region' => 'eu-west-1', 'endpoint' => 'https://s3.example.com/', 'path_style' => '1', 'credentials' => ['key' => 'AKIA', 'secret' => self::SECRET]];
        $settings = StorageSettings::ofEnvFile(['driver' => 'aws-s3', 'prefix' => '/shop/', 'config' => $config]);
        self::assertNotNull($settings);
        self::assertSame(['media', 'shop/lockstep', 'eu-west-1', 'https://s3.example.com', 'AKIA', self::SECRET, true], [$settings->bucket, $settings->prefix, $settings->region, $settings->endpoint, $settings->key, $settings->secret, $settings->pathStyle]);
        self::assertSame('s3://media/shop/lockstep/a/b', $settings->place('a/b'));
        self::assertSame('lockstep', StorageSettings::ofEnvFile(['driver' => 'aws-s3', 'config' => ['bucket' => 'media']])->prefix ?? null);
        self::assertTrue(StorageSettings::ofEnvFile(['driver' => 'aws-s3', 'config' => ['bucket' => 'media', 'use_path_style_endpoint' => true]])->pathStyle ?? false);
        self::assertNull(StorageSettings::ofEnvFile(['driver' => 'file']));
        self::assertNull(StorageSettings::ofEnvFile([]));
    }

    public function testTheModulesOwnSection(): void
    {
        $settings = StorageSettings::ofConfiguration(['bucket' => 'backups', 'prefix' => 'lockstep', 'region' => '', 'endpoint' => '', 'key' => '', 'secret' => '', 'path_style' => '0']);
        self::assertNotNull($settings);
        self::assertSame(['backups', 'lockstep', 'us-east-1', '', '', false], [$settings->bucket, $settings->prefix, $settings->region, $settings->endpoint, $settings->key, $settings->pathStyle]);
        self::assertNull(StorageSettings::ofConfiguration(['bucket' => '', 'prefix' => 'lockstep']));
    }

    /** @dataProvider wrong */
    public function testRefusesWhatIsNoPlace(string $key, string $value): void
    {
        $this->expectExceptionCode(ExitCode::PREFLIGHT);
        StorageSettings::ofConfiguration([$key => $value] + ['bucket' => 'backups']);
    }

    /** @return iterable<array{string, string}> */
    public static function wrong(): iterable
    {
        yield ['bucket', 's3://backups'];
        yield ['bucket', '../backups'];
        yield ['prefix', 'a/../b'];
        yield ['prefix', "a\nb"];
        yield ['endpoint', 's3.example.com'];
        yield ['endpoint', 'https://user:password@s3.example.com'];
        yield ['key', 'a key without its secret'];
    }

    public function testWhatShowsTheArchivesUnderWay(): void
    {
        $readable = [];
        foreach (['http://s3.example.com', 'http://127.0.0.1:9000', 'http://localhost', 'http://localhost.example.com', 'https://s3.example.com', ''] as $endpoint) {
            if (StorageSettings::ofConfiguration(['bucket' => 'backups', 'endpoint' => $endpoint])?->isReadableUnderWay() === true) {
                $readable[] = $endpoint;
            }
        }
        self::assertSame(['http://s3.example.com', 'http://localhost.example.com'], $readable);
    }

    public function testAFailureNamesTheBucketAndNeverTheSecret(): void
    {
        $settings = StorageSettings::ofConfiguration(['bucket' => 'backups', 'endpoint' => 'https://s3.example.com', 'key' => 'AKIA', 'secret' => self::SECRET]);
        self::assertNotNull($settings);
        $failure = RemoteFailure::of(new \RuntimeException('Unable', 0, new \RuntimeException('cURL error 60: SSL certificate problem: self-signed certificate; ' . self::SECRET)), $settings, 'list what is');
        self::assertSame(['remote-certificate', ExitCode::BACKUP], [$failure->error, $failure->exitCode]);
        self::assertStringContainsString('bucket "backups" at https://s3.example.com', $failure->getMessage());
        self::assertStringNotContainsString(self::SECRET, $failure->getMessage() . $failure->hint);
        $known = Failure::preflight('x', 'y');
        self::assertSame($known, RemoteFailure::of($known, $settings, 'list'));
    }
}
