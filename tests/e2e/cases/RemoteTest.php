<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ObjectStore;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Backups copied off the machine, to a real S3-compatible store: proved there, resumed, listed, verified, restored, pruned. */
final class RemoteTest extends ShopTestCase
{
    private static ?ObjectStore $store = null;

    public static function setUpBeforeClass(): void
    {
        self::$store = ObjectStore::start();
        self::$store->client()->createBucket(['Bucket' => ObjectStore::BUCKET]);
    }

    public static function tearDownAfterClass(): void
    {
        self::$store?->stop();
        self::$store = null;
    }

    public function testCopiesListsVerifiesAndRestoresOnAnotherMachine(): void
    {
        $shop = $this->remoteShop('first');
        $id = $this->backup($shop, '--tool', '--code');
        $copy = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(0, $copy);
        $set = $copy->json()['backups'][0];
        self::assertSame([$id, 'copied', ['tool.tar.zst', 'code.tar.zst', 'backup.json'], 'etag'], [$set['id'], $set['status'], array_column($set['parts'], 'name'), $set['parts'][1]['checked']]);
        self::assertSame('s3://' . ObjectStore::BUCKET . '/first/lockstep', $copy->json()['destination']);
        foreach (['backup.json', 'code.tar.zst'] as $file) {
            self::assertSame(hash_file('sha256', $shop->path("var/lockstep/backups/$id/$file")), hash('sha256', $this->store()->get("first/lockstep/$id/$file")));
        }
        self::assertSame(["first/lockstep/$id/backup.json", "first/lockstep/$id/code.tar.zst", "first/lockstep/$id/tool.tar.zst"], $this->names('first/'), 'neither the key nor anything else is there');

        $again = $this->remote($shop, 'backup:copy', '--format=json')->json();
        self::assertSame(['there', 0], [$again['backups'][0]['status'], $again['bytes']]);
        $reread = $this->remote($shop, "backup:copy", "latest", "--verify", "--format=json");
        $this->assertExit(0, $reread);
        $verified = $reread->json()["backups"][0];
        self::assertSame(['there', ['read-back', 'read-back', 'read-back']], [$verified['status'], array_column($verified['parts'], 'checked')]);

        $config = $shop->get(Site::CONFIG);
        $key = $shop->get('var/lockstep/key');
        $other = $this->remoteShop('first');
        $other->put(Site::CONFIG, 'broken');
        mkdir($other->path('var/lockstep'), 0700);
        $other->put('var/lockstep/key', $key);
        $listed = $this->remote($other, 'backup:list', '--remote', '--format=json')->json();
        self::assertSame([[$id, 'complete', true, false, ['tool', 'code']]], array_map(static fn (array $set): array => [$set['id'], $set['state'], $set['authenticated'], $set['other_key'], array_column($set['parts'], 'name')], $listed['backups']));
        $verify = $this->remote($other, 'backup:verify', '--remote', '--format=json');
        $this->assertExit(0, $verify);
        self::assertSame([true, "s3://shop-backups/first/lockstep/$id", [true, true]], [$verify->json()['ok'], $verify->json()['backups'][0]['path'], array_column($verify->json()['backups'][0]['parts'], 'ok')]);
        self::assertNotNull($this->remote($other, 'backup:list', '--remote', '--format=json')->json()['backups'][0]['verified']);
        $members = $this->remote($other, 'backup:list', 'latest', '--remote', '--tool', '--path=' . Site::CONFIG);
        $this->assertExit(0, $members);
        self::assertStringContainsString('config.xml', $members->stdout);

        $restore = $this->remote($other, 'backup:restore', 'latest', '--remote', '--tool', '--format=json');
        $this->assertExit(0, $restore);
        self::assertSame($config, $other->get(Site::CONFIG));
        self::assertSame([], array_diff(scandir($other->path('var/lockstep/backups')) ?: [], ['.', '..']), 'what was fetched is removed');
    }

    /** The shop with a remote storage as Magento knows it. @param array<string, mixed> $config */
    private function remoteShop(string $prefix, array $config = []): Site
    {
        $shop = $this->shop();
        $config += ['bucket' => ObjectStore::BUCKET, 'region' => 'us-east-1', 'endpoint' => $this->store()->url(), 'use_path_style_endpoint' => '1', 'credentials' => ['key' => ObjectStore::KEY, 'secret' => ObjectStore::SECRET]];
        $env = include $shop->path('app/etc/env.php');
        $shop->put('app/etc/env.php', '<?php return ' . var_export(['remote_storage' => ['driver' => 'aws-s3', 'prefix' => $prefix, 'config' => $config]] + $env, true) . ";\n");

        return $shop;
    }

    /** From this checkout, whose packages have flysystem and the SDK. */
    private function remote(Site $shop, string $command, string ...$arguments): Result
    {
        return $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, $command, ...$arguments);
    }

    private function backup(Site $shop, string ...$arguments): string
    {
        $result = $this->magento($shop, 'backup', '--format=json', ...$arguments);
        $this->assertExit(0, $result);

        return $result->json()['id'];
    }

    /** @return list<string> keys that begin so */
    private function names(string $prefix): array
    {
        return array_values(array_filter(array_keys($this->store()->objects()), static fn (string $key): bool => str_starts_with($key, $prefix)));
    }

    private function store(): ObjectStore
    {
        return self::$store ?? throw new \LogicException('the store is not up');
    }
}
