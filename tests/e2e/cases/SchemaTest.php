<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ObjectStore;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Opis\JsonSchema\Errors\ErrorFormatter;
use Opis\JsonSchema\Validator;
use PHPUnit\Framework\Attributes\DataProvider;

/** The JSON documents of real runs against docs/schemas. */
final class SchemaTest extends ShopTestCase
{
    private const KEYWORDS = ['description', 'type', 'properties', 'required'];

    /** @return iterable<string, array{string}> */
    public static function schemas(): iterable
    {
        foreach (glob(Site::project() . '/docs/schemas/*.json') ?: [] as $file) {
            yield basename($file, '.json') => [$file];
        }
    }

    #[DataProvider('schemas')]
    public function testEachSchemaStandsAlone(string $file): void
    {
        $schema = json_decode((string)file_get_contents($file), true, 64, JSON_THROW_ON_ERROR);
        self::assertSame('https://json-schema.org/draft/2020-12/schema', $schema['$schema']);
        self::assertSame([], array_diff(self::KEYWORDS, array_keys($schema)));
        self::assertStringContainsString('schemas/' . basename($file) . ')', (string)file_get_contents(Site::project() . '/docs/json.md'));
        $this->assertDescribed($schema, basename($file));
    }

    public function testUpgradeAndUndo(): void
    {
        $shop = $this->shop();
        $this->assertFits('upgrade', 0, $this->json($shop, 'upgrade', '--dry-run'));
        $this->assertFits('upgrade', 0, $this->json($shop, 'upgrade', '--export=' . Site::directory('export') . '/new'));
        $this->assertFits('upgrade-for', 0, $this->json($shop, 'upgrade', '--for=2.4.6'));
        $this->assertFits('upgrade', 0, $this->json($shop, 'upgrade', '--backup-code'));
        $this->assertFits('upgrade', 0, $this->json($shop, 'upgrade'));
        $this->assertFits('upgrade', 5, $this->json($shop, 'upgrade', '2.3.0'));
        $this->assertFits('upgrade', 4, $this->json($shop, 'upgrade', '--on-conflict=what'));
        $this->assertFits('upgrade-for', 4, $this->json($shop, 'upgrade', '--for=2.4.6-p9'));
        $this->assertFits('upgrade-for', 4, $this->json($shop, 'upgrade', '--for=new'));
        $this->assertFits('status', 0, $this->json($shop, 'status'));
        $this->assertFits('undo', 0, $this->json($shop, 'undo', '--dry-run'));
        $this->assertFits('undo', 0, $this->json($shop, 'undo'));
        $shop->put(Site::MAP, '<map/>');
        $this->assertFits('undo', 4, $this->json($shop, 'undo'));
        $this->assertFits('undo', 0, $this->json($shop, 'undo', '--discard-edits'));
        $this->assertFits('recover', 0, $this->json($shop, 'recover'));
    }

    public function testConflict(): void
    {
        $shop = $this->shop('conflict');
        $result = $this->json($shop, 'upgrade');
        $this->assertFits('upgrade', 3, $result);
        self::assertNotSame([], $result->json()['merge']['conflicts']);
    }

    public function testWhatOnlyTells(): void
    {
        $shop = $this->shop('modules');
        $this->assertFits('status', 2, $this->json($shop, 'status', '--check'));
        $this->assertFits('status', 0, $this->json($shop, 'status'));
        $this->assertFits('releases', 0, $this->json($shop, 'releases'));
        $this->assertFits('diff', 0, $this->json($this->shop(), 'diff', '.'));
        $this->assertFits('diff', 0, $this->json($shop, 'diff'));
        $this->assertFits('diff', 0, $this->json($shop, 'diff', '.'));
        $this->assertFits('diff', 4, $this->json($shop, 'diff', 'etc/none.xml'));
        $this->assertFits('doctor', 0, $this->json($shop, 'doctor'));
        $shop->put('composer.lock', '{');
        $this->assertFits('doctor', 4, $this->json($shop, 'doctor'));
        $this->assertFits('status', 4, $this->json($shop, 'status'));
    }

    public function testMerge(): void
    {
        foreach (['default' => 0, 'conflict' => 3] as $kind => $exit) {
            $shop = $this->shop($kind);
            $dist = substr(json_decode($shop->get('composer.json'), true)['repositories']['shop']['url'], 7) . '/dist/magento-data-migration-tool-';
            $this->assertFits('merge', $exit, $this->json($shop, 'merge', "--pristine={$dist}2.4.5.zip", "--release={$dist}2.4.6.1.zip", '--to=' . Site::directory('merged') . '/tool'));
        }
        $this->assertFits('merge', 4, $this->json($shop, 'merge'));
    }

    public function testBackups(): void
    {
        $shop = $this->shop();
        $first = $this->json($shop, 'backup', '--tool', '--code');
        $this->assertFits('backup', 0, $first);
        $this->assertFits('backup', 4, $this->json($shop, 'backup', '--level=99'));
        $this->assertFits('backup', 0, $this->json($shop, 'backup', '--code'));
        $this->assertFits('backup-list', 0, $this->json($shop, 'backup:list'));
        $this->assertFits('backup-members', 0, $this->json($shop, 'backup:list', $first->json()['id'], '--tool'));
        $this->assertFits('backup-verify', 0, $this->json($shop, 'backup:verify'));
        $this->assertFits('backup-list', 0, $this->json($shop, 'backup:list'));
        $this->assertFits('backup-restore', 0, $this->json($shop, 'backup:restore', 'latest', '--to=' . Site::directory('restored') . '/shop'));
        $shop->put(Site::MAP, '<map/>');
        $this->assertFits('backup-restore', 0, $this->json($shop, 'backup:restore', $first->json()['id'], '--tool'));
        $this->assertFits('undo', 0, $this->json($shop, 'undo', '--restore', '--dry-run'));
        $this->assertFits('undo', 0, $this->json($shop, 'undo', '--restore'));
        $this->assertFits('backup-restore', 8, $this->json($shop, 'backup:restore', '20010101'));
        $archive = $shop->path('var/lockstep/backups/' . $first->json()['id'] . '/code.tar.zst');
        file_put_contents($archive, substr_replace((string)file_get_contents($archive), 'damage', 2000, 6));
        $this->assertFits('backup-verify', 8, $this->json($shop, 'backup:verify'));
        $this->assertFits('backup-list', 0, $this->json($shop, 'backup:list'));
        $this->assertFits('backup-prune', 0, $this->json($shop, 'backup:prune', '--keep-last=1', '--damaged', '--dry-run'));
        $this->assertFits('backup-prune', 0, $this->json($shop, 'backup:prune', '--keep-last=1', '--damaged'));
        $this->assertFits('backup-prune', 4, $this->json($shop, 'backup:prune'));
    }

    public function testCopies(): void
    {
        $shop = $this->shop();
        $store = ObjectStore::start();
        try {
            $store->client()->createBucket(['Bucket' => ObjectStore::BUCKET]);
            $config = ['bucket' => ObjectStore::BUCKET, 'region' => 'us-east-1', 'endpoint' => $store->url(), 'use_path_style_endpoint' => '1', 'credentials' => ['key' => ObjectStore::KEY, 'secret' => ObjectStore::SECRET]];
            $shop->put('app/etc/env.php', '<?php return ' . var_export(['remote_storage' => ['driver' => 'aws-s3', 'prefix' => 'shop', 'config' => $config]] + include $shop->path('app/etc/env.php'), true) . ";\n");
            $this->json($shop, 'backup', '--tool');
            $run = fn (string $command, string ...$arguments): Result => $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, $command, '--format=json', ...$arguments);
            $this->assertFits('backup-copy', 0, $run('backup:copy'));
            $this->assertFits('backup-copy', 0, $run('backup:copy', 'latest'));
            $this->assertFits('backup-list', 0, $run('backup:list', '--remote'));
            $this->assertFits('backup-members', 0, $run('backup:list', 'latest', '--remote'));
            $this->assertFits('backup-verify', 0, $run('backup:verify', '--remote'));
            $this->assertFits('backup-restore', 0, $run('backup:restore', 'latest', '--remote', '--to=' . Site::directory('restored') . '/tool'));
            $this->assertFits('backup-prune', 0, $run('backup:prune', '--remote', '--keep-last=1'));
        } finally {
            $store->stop();
        }
        $this->assertFits('backup-copy', 8, $run('backup:copy', '20010101'));
    }

    private function json(Site $shop, string $command, string ...$arguments): Result
    {
        return $this->magento($shop, $command, '--format=json', ...$arguments);
    }

    /** It fits its schema, and no more does without any of the keys that make it a result. */
    private function assertFits(string $name, int $exit, Result $result): void
    {
        $this->assertExit($exit, $result);
        $document = json_decode($result->stdout, false, 512, JSON_THROW_ON_ERROR);
        self::assertNull($this->faults($name, $document), $name);
        self::assertNull($this->faults('error', isset($document->error) ? $document : (object)['status' => 'error', 'exit_code' => 1, 'error' => (object)['code' => '', 'message' => '', 'hint' => '']]));
        $known = array_keys(get_object_vars($this->schema($name)->properties));
        self::assertSame([], array_values(array_diff(array_keys(get_object_vars($document)), $known)), "keys that the schema of $name does not tell");
        $results = array_filter($this->schema($name)->anyOf, static fn (object $one): bool => $one->required !== ['error'] && array_diff($one->required, array_keys(get_object_vars($document))) === []);
        foreach (isset($document->error) ? ['status', 'exit_code'] : ['status', 'exit_code', ...($results === [] ? [] : reset($results)->required)] as $key) {
            $less = clone $document;
            unset($less->{$key});
            self::assertNotNull($this->faults($name, $less), "$name without $key");
            foreach (is_object($document->{$key}) ? $this->schema($name)->properties->{$key}->required ?? [] : [] as $inner) {
                $less = clone $document;
                $less->{$key} = clone $document->{$key};
                unset($less->{$key}->{$inner});
                self::assertNotNull($this->faults($name, $less), "$name without $key.$inner");
            }
        }
    }

    private function faults(string $name, object $document): ?string
    {
        $validator = new Validator();
        $validator->setMaxErrors(10);
        $error = $validator->validate($document, $this->schema($name))->error();

        return $error === null ? null : (string)json_encode((new ErrorFormatter())->format($error), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES);
    }

    private function schema(string $name): object
    {
        return json_decode((string)file_get_contents(Site::project() . "/docs/schemas/$name.json"), false, 64, JSON_THROW_ON_ERROR);
    }

    /** @param array<mixed> $schema */
    private function assertDescribed(array $schema, string $where): void
    {
        foreach ($schema['properties'] ?? [] as $key => $property) {
            self::assertNotSame('', $property['description'] ?? '', "$where: $key");
            $this->assertDescribed($property, "$where/$key");
        }
        if (isset($schema['items'])) {
            $this->assertDescribed($schema['items'], "$where/[]");
        }
        self::assertNotFalse($schema['additionalProperties'] ?? true, $where);
    }
}
