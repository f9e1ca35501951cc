<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\MountNamespace;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** The doctor in sound and in broken shops: everything is looked at, each finding has its fix, nothing is changed. */
final class DoctorTest extends ShopTestCase
{
    public function testASoundShop(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'doctor', '--format=json');
        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame('ok', $json['status']);
        self::assertSame(['errors' => 0, 'warnings' => 0], $json['summary']);
        self::assertSame(['Lockstep', 'User and PHP', 'Composer', 'Magento', 'Files'], array_column($json['groups'], 'name'));
        foreach ($this->checks($result) as $name => $check) {
            self::assertSame('ok', $check['status'], $name);
        }
        self::assertSame('2.4.6', $json['magento']['version']);
        self::assertSame('2.4.5', $json['tool']['version']);
        self::assertSame('2.4.6.1', $json['target']['version']);
        self::assertSame(PHP_VERSION, $json['versions']['php']['version']);
        self::assertTrue($json['versions']['extension']['fits']);
        self::assertMatchesRegularExpression('/^\d+\.\d+\.\d+$/', $json['versions']['composer']['version']);
        self::assertEqualsCanonicalizing(['libarchive', 'libgit2', 'libzstd', 'jansson', 'libcrypto', 'libxml2'], array_keys($json['versions']['libraries']));
        self::assertNotSame('', $json['versions']['fence']);
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);

        $text = $this->magento($shop, 'doctor');
        $this->assertExit(0, $text);
        self::assertStringContainsString('Nothing stops an upgrade; 0 warnings.', $text->stdout);
        self::assertStringContainsString('Magento 2.4.6, tool 2.4.5, needed 2.4.6.1', $text->stdout);
    }

    public function testWhatStopsAnUpgradeIsToldAllAtOnce(): void
    {
        $shop = $this->shop('hostile');
        $shop->put('var/migration-tool-progress.lock', 'a:1:{i:0;s:4:"step";}');
        $shop->put(Site::TOOL . '/etc/config.xml', '<config/>');
        $this->edit($shop, 'composer.json', static function (array $json): array {
            $json['config']['allow-plugins'] = new \stdClass();
            unset($json['config']['platform']);

            return $json;
        });
        $this->edit($shop, 'composer.lock', static function (array $json): array {
            $json['packages'][0]['require']['ext-nonsense'] = '*';

            return $json;
        });
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'doctor', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('error', $result->json()['status']);
        self::assertSame('findings', $result->json()['error']['code']);
        $codes = $this->codes($result);
        foreach (['migration-running', 'stray-config', 'platform-extensions', 'untrusted-plugins'] as $code) {
            self::assertContains($code, $codes, (string)$result);
        }
        $fixes = implode("\n", array_column($this->findings($result), 'fix'));
        self::assertStringContainsString('composer config --no-plugins allow-plugins.lockstep-fixture/hostile-plugin true', $fixes);
        self::assertStringContainsString('nonsense', $this->finding($result, 'platform-extensions')['message']);
        foreach ($this->findings($result) as $finding) {
            self::assertNotSame('', $finding['fix'], $finding['message']);
        }
        $this->assertExit(4, $this->magento($shop, 'upgrade'));
        $this->assertUnchanged($before, $shop);
        $this->assertNoStageLeft($shop);
    }

    public function testAListIsToldLineByLine(): void
    {
        $shop = $this->shop();
        $this->edit($shop, 'composer.json', static function (array $json): array {
            $json['require']['magento/framework'] = '1.2.3';
            $json['require']['lockstep-fixture/absent'] = '*';

            return $json;
        });
        $result = $this->magento($shop, 'doctor');
        $this->assertExit(4, $result);
        self::assertMatchesRegularExpression('~not up to date with composer.json: \n\s+lockstep-fixture/absent.*\n\s+magento/framework.*\n\s+Fix: ~', $result->stdout);
    }

    public function testVarIsALink(): void
    {
        $shop = $this->shop();
        rename($shop->path('var'), $shop->root . '-var');
        symlink($shop->root . '-var', $shop->path('var'));
        $result = $this->magento($shop, 'doctor', '--format=json');
        $this->assertExit(4, $result);
        self::assertStringContainsString('rm ', $this->finding($result, 'state-link')['fix']);
        $this->assertExit(4, $this->magento($shop, 'upgrade'));
    }

    public function testVarIsAFile(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['rm', '-r', $shop->path('var')], '/', $this->environment()));
        $shop->put('var', "x\n");
        foreach (['doctor' => 4, 'undo' => 4, 'upgrade' => 4, 'recover' => 4, 'status' => 0] as $command => $exit) {
            $result = $this->magento($shop, $command, '--format=json');
            $this->assertExit($exit, $result);
            self::assertStringContainsString($command === 'status' ? '2.4.6.1' : $shop->path('var') . '\" is a file', str_replace('\/', '/', $result->all()));
        }
    }

    public function testAFullDisk(): void
    {
        $hindrance = MountNamespace::hindrance();
        if ($hindrance !== null) {
            self::markTestSkipped($hindrance);
        }
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        Program::run(['rm', '-r', $shop->path('var/lockstep/releases.json'), $shop->path('var/lockstep/pristine')], '/', $this->environment());
        $full = ['unshare', '-m', 'sh', '-c', 'mount -t tmpfs -o size=60m disk "$0" && cp -a . "$0" && cd "$0" && for i in 1 2 3; do cat /dev/zero >fill$i; done 2>/dev/null; exec "$@"', Site::directory('full')];
        foreach (['bin/magento', 'vendor/bin/lockstep'] as $program) {
            foreach (['doctor' => 4, 'status' => 0, 'releases' => 1, 'recover' => 0] as $command => $exit) {
                $result = Program::run([...$full, ...self::php(), $program, "migration:tool:$command", '-n', '--format=json'], $shop->root, $this->environment());
                $this->assertExit($exit, $result);
                self::assertStringNotContainsString('Notice', $result->all());
                if ($command !== 'recover') {
                    self::assertStringContainsString('No space left on device', $result->all());
                }
                if ($command === 'doctor') {
                    self::assertContains('no-space', $this->codes($result));
                    foreach ($this->findings($result) as $finding) {
                        self::assertNotSame('', $finding['fix'], $finding['message']);
                    }
                } elseif ($exit > 0) {
                    self::assertStringContainsString('Free some space', $result->json()['error']['hint'], "$program $command");
                }
            }
        }
    }

    public function testABrokenComposerJsonIsToldOnceAndTheRestIsLookedAt(): void
    {
        $shop = $this->shop();
        $shop->put('composer.json', '{"name": ');
        $before = $shop->snapshot();
        $result = $this->outside($shop);
        $this->assertExit(4, $result);
        $errors = array_filter($this->findings($result), static fn (array $finding): bool => $finding['level'] === 'error');
        self::assertStringContainsString('composer.json', implode("\n", array_column($errors, 'message')));
        self::assertLessThanOrEqual(2, count($errors), "the same is not told by each check:\n$result");
        $checks = $this->checks($result);
        self::assertSame('ok', $checks['Migration under way']['status']);
        self::assertSame('ok', $checks['Free space']['status']);
        self::assertSame('not-tried', $checks['Exchange']['status']);
        self::assertNull($result->json()['target']);
        $this->assertUnchanged($before, $shop);
    }

    public function testVendorIsMissing(): void
    {
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['rm', '-rf', $shop->path('vendor')], '/', $this->environment()));
        $before = $shop->snapshot();
        $result = $this->outside($shop);
        $this->assertExit(4, $result);
        self::assertSame('error', $this->checks($result)['Magento root']['status'], (string)$result);
        $this->assertUnchanged($before, $shop);
    }

    public function testAnotherUserIsToldTheCommandAndTriesNothing(): void
    {
        $this->asRoot();
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['chown', '-R', 'nobody', $shop->root], '/', $this->environment()));
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'doctor', '--format=json');
        $this->assertExit(4, $result);
        $finding = $this->finding($result, 'wrong-user');
        self::assertMatchesRegularExpression('~sudo -u nobody /\S+ -d extension=\S+ bin/magento migration:tool:doctor -n --format=json~', $finding['fix'], 'the whole command');
        self::assertSame('not-tried', $this->checks($result)['Exchange']['status']);
        self::assertStringContainsString('Not tried: ', $this->checks($result)['Exchange']['findings'][0]['message']);
        $this->assertUnchanged($before, $shop);

        $this->assertExit(0, $this->magento($shop, 'doctor', '--allow-root'));
        $this->assertUnchanged($before, $shop);
    }

    public function testDirectoriesThatTheUserCannotWriteTo(): void
    {
        $this->asRoot();
        $shop = $this->shop();
        $this->assertExit(0, Program::run(['chown', '-R', 'nobody', $shop->root], '/', $this->environment()));
        $this->assertExit(0, Program::run(['chown', '-R', 'root', $shop->path('app/etc')], '/', $this->environment()));
        $home = Site::directory('composer-home');
        $command = ['setpriv', '--reuid=nobody', '--clear-groups', ...self::php(), 'bin/magento', 'migration:tool:doctor', '--format=json'];
        $result = Program::run($command, $shop->root, $this->environment(['COMPOSER_HOME' => $home]));
        $this->assertExit(4, $result);
        self::assertStringContainsString($home, $this->finding($result, 'composer-home')['message']);
        self::assertStringContainsString($shop->path('app/etc'), $this->finding($result, 'not-writable')['message']);
    }

    public function testAnInterruptedRunIsToldAndNotRecovered(): void
    {
        $shop = $this->shop();
        $code = 'mkdir("$argv[1]/var/lockstep/stage/1", 0700, true); file_put_contents("$argv[1]/var/lockstep/stage/1/composer.lock", "new");'
            . ' Lockstep\Commit::run($argv[1], "var/lockstep", "var/lockstep/stage/1", [["live" => "composer.lock", "staged" => "var/lockstep/stage/1/composer.lock"]], "");';
        $lock = $shop->get('composer.lock');
        $this->assertExit(0, Program::run([...self::php(), '-r', $code, $shop->root], $shop->root, $this->environment()));
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'doctor', '--format=json');
        self::assertSame('warning', $this->checks($result)['Pending recovery']['status'], (string)$result);
        self::assertStringContainsString('migration:tool:recover', $this->finding($result, 'recovery-pending')['fix']);
        self::assertSame('not-tried', $this->checks($result)['Exchange']['status']);
        $this->assertUnchanged($before, $shop);
        self::assertFileExists($shop->path('var/lockstep/journal'));
        $this->assertExit(0, $this->magento($shop, 'recover'));
        self::assertSame($lock, $shop->get('composer.lock'));
    }

    public function testAnotherRunIsTold(): void
    {
        $shop = $this->shop();
        $code = '$lock = \Lockstep\Lock::acquire($argv[1]); passthru($argv[2]);';
        $doctor = implode(' ', array_map(escapeshellarg(...), [...self::php(), 'bin/magento', 'migration:tool:doctor', '--format=json']));
        $result = Program::run([...self::php(), '-r', $code, $shop->root, $doctor], $shop->root, $this->environment());
        $checks = $this->checks($result);
        self::assertSame('warning', $checks['Another run']['status'], (string)$result);
        self::assertSame('not-tried', $checks['Exchange']['status']);
        self::assertSame(0, $result->json()['exit_code'], 'it is no fault of the shop');
    }

    public function testNoExtension(): void
    {
        $shop = $this->shop();
        $result = Program::run([PHP_BINARY, 'bin/magento', 'migration:tool:doctor', '--format=json'], $shop->root, $this->environment());
        $this->assertExit(4, $result);
        self::assertSame('extension-missing', $result->json()['error']['code']);
    }

    public function testSecretsAreMasked(): void
    {
        $shop = $this->shop();
        $this->edit($shop, 'composer.json', static function (array $json): array {
            $json['repositories'] = [
                'private' => ['type' => 'composer', 'url' => 'https://fixture-user:fixture-url-secret@repo.example.invalid/x?token=fixture-query-token'],
                'magento' => ['type' => 'composer', 'url' => 'https://repo.magento.com/', 'only' => ['none/none']],
            ] + $json['repositories'];

            return $json;
        });
        $shop->put('auth.json', json_encode(['http-basic' => ['repo.example.invalid' => ['username' => 'fixture-public-key-0123456789', 'password' => 'fixture-repo-secret']]], JSON_THROW_ON_ERROR));
        $auth = '{"bearer": {"other.example.invalid": "fixture-bearer-token"}, "github-oauth": {"github.com": "fixture-oauth-token"}}';
        $result = $this->inShop($shop, $this->environment(['COMPOSER_AUTH' => $auth]), 'doctor', '--format=json');
        self::assertStringContainsString('repo.example.invalid', $result->stdout, 'the repository that does not answer is named');
        self::assertStringContainsString('http-basic.repo.magento.com', $this->finding($result, 'no-credentials')['fix']);
        self::assertDoesNotMatchRegularExpression('/fixture-(?:url-secret|query-token|public-key|repo-secret|bearer|oauth)/', $result->stdout);
        foreach (['fixture-m1-secret', 'fixture-crypt-key'] as $secret) {
            self::assertStringNotContainsString($secret, $result->all());
        }

        $shop->put('auth.json', '{"http-basic": {');
        self::assertStringContainsString('auth.json', $this->finding($this->magento($shop, 'doctor', '--format=json'), 'auth-broken')['message']);
    }

    public function testWhatTheMachineLacks(): void
    {
        $shop = $this->shop();
        $run = fn (string ...$options): Result => Program::run([...self::php(), ...$options, 'bin/magento', 'migration:tool:doctor', '--format=json'], $shop->root, $this->environment());

        $little = $run('-d', 'memory_limit=100M');
        $this->assertExit(0, $little);
        self::assertStringContainsString('100M', $this->finding($little, 'memory-limit')['message']);

        $disabled = $run('-d', 'disable_functions=proc_open,symlink');
        $this->assertExit(4, $disabled);
        $messages = implode("\n", array_column($this->findings($disabled), 'message'));
        self::assertStringContainsString('symlink', $messages);
        self::assertStringContainsString('proc_open', $messages);

        $none = $this->magento($shop, 'doctor', '--format=json', '--composer=/nowhere/composer');
        $this->assertExit(4, $none);
        self::assertCount(1, array_keys($this->codes($none), 'composer-missing', true), 'told once');
        self::assertSame('ok', $this->checks($none)['Exchange']['status'], 'the others are performed');
        self::assertContains('php-missing', $this->codes($this->magento($shop, 'doctor', '--format=json', '--php=/nowhere/php')));

        $this->asRoot();
        $full = Site::directory('full');
        $script = 'mount -t tmpfs -o nr_inodes=4000 tmpfs "$1" && cp -a "$2/." "$1/" && shift 2 && exec "$@"';
        $command = ['unshare', '--mount', 'sh', '-c', $script, 'sh', $full, $shop->root, ...self::php(), $this->script(), 'migration:tool:doctor', '--format=json', "--root-dir=$full"];
        $result = Program::run($command, '/', $this->environment());
        $this->assertExit(4, $result);
        self::assertStringContainsString('inodes', $this->finding($result, 'no-inodes')['message']);
    }

    private function asRoot(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a tree away or mount');
        }
    }

    /** From the checkout: the shop's own vendor/bin may not be there. */
    private function outside(Site $shop): Result
    {
        return Program::run([...self::php(), $this->script(), 'migration:tool:doctor', '--format=json', "--root-dir=$shop->root"], '/', $this->environment());
    }

    private function script(): string
    {
        return Site::project() . '/php-wrapper/bin/lockstep';
    }

    /** @param callable(array<string, mixed>): array<string, mixed> $change */
    private function edit(Site $shop, string $file, callable $change): void
    {
        $shop->put($file, json_encode($change(json_decode($shop->get($file), true)), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR));
    }

    /** @return array<string, array<string, mixed>> name => check */
    private function checks(Result $result): array
    {
        return array_column(array_merge(...array_column($result->json()['groups'], 'checks')), null, 'name');
    }

    /** @return list<array<string, string>> */
    private function findings(Result $result): array
    {
        return array_merge(...array_values(array_column($this->checks($result), 'findings')));
    }

    /** @return list<string> */
    private function codes(Result $result): array
    {
        return array_column($this->findings($result), 'code');
    }

    /** @return array<string, string> */
    private function finding(Result $result, string $code): array
    {
        $found = array_column($this->findings($result), null, 'code');
        self::assertArrayHasKey($code, $found, (string)$result);

        return $found[$code];
    }
}
