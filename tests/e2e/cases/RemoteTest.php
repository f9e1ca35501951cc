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
        $reread = $this->remote($shop, 'backup:copy', 'latest', '--verify', '--format=json');
        $this->assertExit(0, $reread);
        $verified = $reread->json()['backups'][0];
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

        $left = $other->path('var/lockstep/backups/.fetched-20260101T000000Z-123456');
        mkdir("$left/$id", 0700, true);
        self::assertSame([], $this->remote($other, 'backup:list', '--format=json')->json()['ignored'], 'what a killed run had fetched is ours');
        $restore = $this->remote($other, 'backup:restore', 'latest', '--remote', '--tool', '--format=json');
        $this->assertExit(0, $restore);
        self::assertSame($config, $other->get(Site::CONFIG));
        self::assertSame([], array_diff(scandir($other->path('var/lockstep/backups')) ?: [], ['.', '..']), 'what was fetched is removed, now and before');
    }

    public function testACutConnectionLeavesAnUnfinishedSetThatTheNextCopyFinishes(): void
    {
        $shop = $this->remoteShop('cut', ['endpoint' => $this->bad('cut', 2 << 20)->url()]);
        $shop->put('lib/internal/large.bin', random_bytes(20 << 20));
        $id = $this->backup($shop, '--tool', '--code');
        $cut = $this->remote($shop, 'backup:copy', '--timeout=5', '--format=json');
        $this->assertExit(8, $cut);
        self::assertSame(['remote-network', []], [$cut->json()['error']['code'], $cut->json()['backups']]);
        self::assertStringContainsString("s3://shop-backups/cut/lockstep/$id/code.tar.zst", $cut->json()['error']['message']);
        self::assertSame(["cut/lockstep/$id/tool.tar.zst"], $this->names('cut/'), 'no half of an object is there');
        self::assertSame(0, $this->store()->unfinishedUploads(), 'nor parts of one');

        $this->remoteStorage($shop, 'cut');
        $listed = $this->remote($shop, 'backup:list', '--remote', '--format=json')->json()['backups'];
        self::assertSame([[$id, 'unfinished', false]], array_map(static fn (array $set): array => [$set['id'], $set['state'], $set['other_key']], $listed));
        $this->assertExit(8, $this->remote($shop, 'backup:restore', $id, '--remote'));
        $whole = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(0, $whole);
        self::assertSame([['there', 'copied', 'copied'], ['etag', 'etag', 'etag']], [array_column($whole->json()['backups'][0]['parts'], 'status'), array_column($whole->json()['backups'][0]['parts'], 'checked')], 'what was there is not sent again');
        self::assertStringEndsWith('-2"', $this->store()->client()->headObject(['Bucket' => ObjectStore::BUCKET, 'Key' => "cut/lockstep/$id/code.tar.zst"])['ETag'], 'it was stored in parts');
    }

    public function testAKilledCopyIsTakenUpAndItsPartsEnded(): void
    {
        $shop = $this->remoteShop('killed', ['endpoint' => $this->bad('stall', 2 << 20)->url()]);
        $shop->put('lib/internal/large.bin', random_bytes(20 << 20));
        $this->backup($shop, '--code');
        $killed = Program::run([...self::php(), Site::project() . '/php-wrapper/bin/lockstep', 'migration:tool:backup:copy', '-n'], $shop->root, $this->environment(), 8.0);
        self::assertTrue($killed->killed, (string)$killed);
        self::assertSame(1, $this->store()->unfinishedUploads());

        $this->remoteStorage($shop, 'killed');
        $this->assertExit(0, $this->remote($shop, 'backup:copy'));
        self::assertSame(0, $this->store()->unfinishedUploads());
        $this->assertExit(0, $this->remote($shop, 'backup:verify', '--remote'));
    }

    public function testAServerThatStallsIsGivenUp(): void
    {
        $shop = $this->remoteShop('stall', ['endpoint' => $this->bad('stall', 10_000)->url()]);
        $id = $this->backup($shop);
        $started = microtime(true);
        $stalled = $this->remote($shop, 'backup:copy', '--timeout=1', '--format=json');
        $this->assertExit(8, $stalled);
        self::assertSame('remote-timeout', $stalled->json()['error']['code']);
        self::assertLessThan(30, microtime(true) - $started);

        $this->remoteStorage($shop, 'stall');
        $this->assertExit(0, $this->remote($shop, 'backup:copy'));
        foreach (['stall-answer' => 'remote-timeout', 'cut-answer' => 'remote-network'] as $fault => $error) {
            $this->remoteStorage($shop, 'stall', ['endpoint' => $this->bad($fault, 10_000)->url()]);
            $restore = $this->remote($shop, 'backup:restore', $id, '--remote', '--timeout=1', '--format=json', '--to=' . $shop->path('var/look'), '--directory=' . Site::directory('elsewhere'));
            $this->assertExit(8, $restore);
            self::assertSame($error, $restore->json()['error']['code'], (string)$restore);
            self::assertDirectoryDoesNotExist($shop->path('var/look'));
        }
    }

    public function testTellsWhatIsWrongAndNeverTheSecret(): void
    {
        $shop = $this->remoteShop('wrong');
        $this->backup($shop);
        $certificate = $this->certificate();
        $secure = $this->others[] = ObjectStore::start($certificate);
        $credentials = static fn (string $key, string $secret): array => ['credentials' => ['key' => $key, 'secret' => $secret]];
        foreach ([
            'remote-credentials' => $credentials(ObjectStore::KEY, 'wr0ng/secret+x'),
            'remote-bucket' => ['bucket' => 'no-such-bucket'],
            'remote-network' => ['endpoint' => 'http://127.0.0.1:1'],
            'remote-certificate' => ['endpoint' => $secure->url()],
            'remote-clock' => ['endpoint' => $this->bad('date')->url()],
            'remote-settings' => ['endpoint' => 'ftp://127.0.0.1'],
        ] as $error => $config) {
            $this->remoteStorage($shop, 'wrong', $config);
            $before = $shop->snapshot();
            foreach (['copy', 'list --remote'] as $command) {
                $result = $this->remote($shop, 'backup:' . strtok($command, ' '), '--timeout=5', '--format=json', ...array_filter([strtok(' ')]));
                $this->assertExit(4, $result);
                self::assertSame($error, $result->json()['error']['code'], (string)$result);
                self::assertNotSame('', $result->json()['error']['hint']);
                self::assertStringNotContainsString(ObjectStore::SECRET, $result->all());
                self::assertStringNotContainsString('wr0ng', $result->all());
                if ($error !== 'remote-settings') {
                    self::assertStringContainsString($config['bucket'] ?? ObjectStore::BUCKET, $result->json()['error']['message']);
                }
            }
            $this->assertUnchanged($before, $shop);
        }
        $this->remoteStorage($shop, 'wrong', $credentials('nobody', 'wr0ng'));
        self::assertSame(4, $this->remote($shop, 'backup:copy')->exit);
    }

    public function testWithoutSettingsOrFlysystemItSaysWhatToDo(): void
    {
        $shop = $this->shop();
        $this->backup($shop);
        $none = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(4, $none);
        self::assertSame('no-remote', $none->json()['error']['code']);
        self::assertStringContainsString('remote_storage', $none->json()['error']['hint']);

        $this->remoteStorage($shop, 'x');
        $without = $this->magento($shop, 'backup:list', '--remote', '--format=json');
        $this->assertExit(4, $without);
        self::assertSame('no-flysystem', $without->json()['error']['code']);
        self::assertStringContainsString('composer require league/flysystem-aws-s3-v3', $without->json()['error']['hint']);
    }

    public function testTheModulesConfigurationGoesFirst(): void
    {
        $shop = $this->remoteShop('environment');
        $this->backup($shop);
        $config = include $shop->path('app/etc/config.php');
        $config['modules']['Lockstep_MigrationTool'] = 1;
        $shop->put('app/etc/config.php', '<?php return ' . var_export($config, true) . ';');
        $bootstrap = $shop->get('app/bootstrap.php');
        $section = ['enabled' => '1', 'bucket' => ObjectStore::BUCKET, 'prefix' => '/module/', 'region' => '', 'endpoint' => $this->store()->url() . '/', 'path_style' => '1', 'key' => ObjectStore::KEY, 'secret' => ObjectStore::SECRET];
        $shop->put('app/bootstrap.php', self::fakeMagento('return ' . var_export($section, true) . ';'));
        $copy = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(0, $copy);
        self::assertSame('s3://shop-backups/module', $copy->json()['destination']);

        $shop->put('app/bootstrap.php', self::fakeMagento('throw new \\RuntimeException("SQLSTATE[HY000] [2002] password=\'hunter2\'");'));
        $down = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(4, $down);
        self::assertSame('magento', $down->json()['error']['code'], 'a copy goes nowhere but where it is meant to');
        self::assertStringContainsString('SQLSTATE', $down->json()['error']['message']);
        self::assertStringNotContainsString('hunter2', $down->all());
        $list = $this->remote($shop, 'backup:list', '--remote', '--format=json');
        $this->assertExit(0, $list);
        self::assertSame('s3://shop-backups/environment/lockstep', $list->json()['directory']);
        self::assertStringContainsString('Magento does not tell', $list->stderr);

        $shop->put('app/bootstrap.php', self::fakeMagento('return ["bucket" => "", "prefix" => "lockstep"];'));
        self::assertSame('s3://shop-backups/environment/lockstep', $this->remote($shop, 'backup:list', '--remote', '--format=json')->json()['directory'], 'a section without a bucket says nothing');
        $shop->put('app/bootstrap.php', $bootstrap);
    }

    /** A fake of what of Magento tells a configuration. */
    private static function fakeMagento(string $value): string
    {
        return <<<PHP
            <?php
            namespace Magento\\Framework\\App;
            echo "Deprecated: something\\n";
            class Bootstrap
            {
                public static function create(string \$root, array \$parameters): self { return new self(); }
                public function getObjectManager(): self { return \$this; }
                public function get(string \$type): self { return \$this; }
                public function getValue(string \$path): mixed { {$value} }
            }

            PHP;
    }

    public function testATamperedCopyIsNamedAndMadeAnew(): void
    {
        $shop = $this->remoteShop('tampered');
        $id = $this->backup($shop);
        $this->assertExit(0, $this->remote($shop, 'backup:copy'));
        $key = "tampered/lockstep/$id/tool.tar.zst";
        $bytes = $this->store()->get($key);
        $this->store()->put($key, substr_replace($bytes, strrev(substr($bytes, 5000, 40)), 5000, 40), ['lockstep-sha256' => hash('sha256', $bytes)]); // its length and what it says of itself are as before
        self::assertSame('complete', $this->remote($shop, 'backup:list', '--remote', '--format=json')->json()['backups'][0]['state'], 'a listing cannot tell');

        $verify = $this->remote($shop, 'backup:verify', '--remote', '--format=json');
        $this->assertExit(8, $verify);
        self::assertNotSame([], $verify->json()['backups'][0]['parts'][0]['bad']);
        self::assertStringContainsString("$id/tool.tar.zst", $verify->stderr);
        self::assertSame('damaged', $this->remote($shop, 'backup:list', '--remote', '--format=json')->json()['backups'][0]['state'], 'how it ended is kept there');
        $before = $shop->snapshot();
        $shop->put(Site::CONFIG, 'broken');
        $this->assertExit(8, $this->remote($shop, 'backup:restore', $id, '--remote', '--tool', '--directory=' . Site::directory('elsewhere')));
        self::assertCount(1, $before->differences($shop->snapshot()));
        self::assertSame('broken', $shop->get(Site::CONFIG), 'what is bad is not put in place');

        $copy = $this->remote($shop, 'backup:copy', '--format=json');
        $this->assertExit(0, $copy);
        self::assertSame(['copied', 'copied'], array_column($copy->json()['backups'][0]['parts'], 'status'));
        $this->assertExit(0, $this->remote($shop, 'backup:verify', '--remote'));

        $file = $shop->path("var/lockstep/backups/$id/tool.tar.zst");
        file_put_contents($file, strrev($bytes));
        $bad = $this->remote($shop, 'backup:copy', $id, '--verify', '--format=json');
        $this->assertExit(8, $bad);
        self::assertSame($bytes, $this->store()->get($key), 'what is bad here does not replace what is good there');
    }

    public function testPruneKeepsTheNewestGoodOnesAndWhatIsNotOurs(): void
    {
        $shop = $this->remoteShop('pruned');
        $code = $this->backup($shop, '--code');
        $tools = [$this->backup($shop), $this->backup($shop), $this->backup($shop)];
        $other = $this->remoteShop('pruned');
        $theirs = $this->backup($other);
        foreach ([$shop, $other] as $one) {
            $this->assertExit(0, $this->remote($one, 'backup:copy'));
        }
        $this->store()->put('pruned/lockstep/notes.txt', 'mine');
        $this->store()->put("pruned/lockstep/$tools[1]/notes.txt", 'mine');
        $this->store()->put('pruned/lockstep/20250101T000000Z-123456/tool.tar.zst', 'of nobody');
        $before = $this->names('pruned/');

        self::assertSame(4, $this->remote($shop, 'backup:prune', '--remote')->exit, 'without a rule nothing goes');
        $dry = $this->remote($shop, 'backup:prune', '--remote', '--keep-last=1', '--dry-run', '--format=json');
        $this->assertExit(0, $dry);
        self::assertSame($before, $this->names('pruned/'));
        $prune = $this->remote($shop, 'backup:prune', '--remote', '--keep-last=1', '--format=json');
        $this->assertExit(0, $prune);
        self::assertSame([[$tools[0]], [$code, $tools[2]]], [array_column($prune->json()['removed'], 'id'), array_column($prune->json()['kept'], 'id')]);
        self::assertEqualsCanonicalizing(['notes.txt', $tools[1], $theirs, '20250101T000000Z-123456'], array_column($prune->json()['ignored'], 'name'));
        self::assertSame(["pruned/lockstep/$tools[0]/backup.json", "pruned/lockstep/$tools[0]/tool.tar.zst"], array_values(array_diff($before, $this->names('pruned/'))));
        self::assertFileExists($shop->path("var/lockstep/backups/$tools[0]/backup.json"), 'those here stay');
    }

    /** @var list<ObjectStore> */
    private array $others = [];

    protected function tearDown(): void
    {
        foreach ($this->others as $other) {
            $other->stop();
        }
        $this->others = [];
        parent::tearDown();
    }

    private function bad(string $fault, int $bytes = 0): ObjectStore
    {
        return $this->others[] = $this->store()->behind($fault, $bytes);
    }

    /** One that nobody signed. */
    private function certificate(): string
    {
        $key = openssl_pkey_new(['private_key_bits' => 2048]) ?: throw new \RuntimeException('no key');
        $request = openssl_csr_new(['commonName' => '127.0.0.1'], $key);
        $certificate = is_bool($request) ? false : openssl_csr_sign($request, null, $key, 2);
        if ($certificate === false || !openssl_x509_export($certificate, $pem) || !openssl_pkey_export($key, $private)) {
            throw new \RuntimeException('no certificate');
        }
        $file = Site::directory('certificate') . '/store.pem';
        file_put_contents($file, $pem . $private);

        return $file;
    }

    /** The shop with a remote storage as Magento knows it. @param array<string, mixed> $config */
    private function remoteShop(string $prefix, array $config = []): Site
    {
        $shop = $this->shop();
        $this->remoteStorage($shop, $prefix, $config);

        return $shop;
    }

    /** @param array<string, mixed> $config */
    private function remoteStorage(Site $shop, string $prefix, array $config = []): void
    {
        $config += ['bucket' => ObjectStore::BUCKET, 'region' => 'us-east-1', 'endpoint' => $this->store()->url(), 'use_path_style_endpoint' => '1', 'credentials' => ['key' => ObjectStore::KEY, 'secret' => ObjectStore::SECRET]];
        $env = include $shop->path('app/etc/env.php');
        $shop->put('app/etc/env.php', '<?php return ' . var_export(['remote_storage' => ['driver' => 'aws-s3', 'prefix' => $prefix, 'config' => $config]] + $env, true) . ";\n");
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
