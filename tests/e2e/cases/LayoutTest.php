<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Fences;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;
use PHPUnit\Framework\Attributes\TestWith;

/** Shops whose directories are not where a plain Composer project has them. */
final class LayoutTest extends ShopTestCase
{
    /** @return iterable<string, array{string, string, string}> kind, vendor, bin */
    public static function layouts(): iterable
    {
        yield 'vendor and bin elsewhere' => ['vendor-dir', 'lib/packages', 'tools/bin'];
        yield 'programs beside bin/magento' => ['bin-dir', 'app/vendor', 'bin'];
        yield 'vendor is a link' => ['vendor-link', 'build/php/packages', 'vendor/bin'];
    }

    #[DataProvider('layouts')]
    public function testUpgradesAsComposerWould(string $kind, string $vendor, string $bin): void
    {
        $shop = $this->shop($kind);
        $before = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'doctor'));

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression(self::allowed($vendor), $difference, 'nothing else changed');
        }
        $this->assertAsComposerLeavesIt($kind, $shop, [$vendor, $bin]);
        $this->assertExit(0, $this->magento($shop, 'status', '--check'));
        $this->assertExit(0, Program::run([...self::php(), $shop->path($bin . '/lockstep'), 'migration:tool:status', '--check'], $shop->path('pub'), $this->environment()));
        $this->assertExit(0, $this->magento($shop, 'undo'));
        $this->assertUnchanged($before, $shop, 'taken back');
    }

    /** Where copies are the only fence, code that is a link cannot be kept from plugins: refused. */
    #[DataProvider('layouts')]
    public function testUpgradesBehindEveryFence(string $kind, string $vendor): void
    {
        foreach (['namespace', 'copies'] as $fence) {
            $shop = $this->shop($kind);
            $before = $shop->snapshot();
            $command = Fences::only($fence, [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', '--format=json']);

            $result = Program::run($command, $shop->root, $this->environment());

            self::assertSame($fence, $result->json()['fence'], (string)$result);
            if ($fence === 'copies' && is_link($shop->path('app/code'))) {
                $this->assertExit(4, $result);
                self::assertSame('no-fence', $result->json()['error']['code']);
                $this->assertUnchanged($before, $shop);
                continue;
            }
            $this->assertExit(0, $result);
            $this->assertUpgraded($shop);
            foreach ($before->differences($shop->snapshot()) as $difference) {
                self::assertMatchesRegularExpression(self::allowed($vendor), $difference, "nothing else changed, $fence");
            }
        }
    }

    private static function allowed(string $vendor): string
    {
        return '~^\S+ (' . preg_quote($vendor, '~') . '/(magento/data-migration-tool(/|$| )|composer[/ ]|autoload\.php)|composer\.(json|lock) )~';
    }

    /** @param list<string> $directories in which both must have the same files, but for the customized tool */
    private function assertAsComposerLeavesIt(string $kind, Site $shop, array $directories): void
    {
        $reference = $this->shop($kind);
        $require = ['composer', 'require', '--no-scripts', '--no-interaction', '--no-progress', '--no-audit', 'magento/data-migration-tool:2.4.6.1'];
        $this->assertExit(0, Program::run($require, $reference->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        foreach (['composer.json', 'composer.lock', ...$directories] as $path) {
            $diff = ['diff', '-r', '--exclude=data-migration-tool', $reference->path($path), $shop->path($path)];
            $this->assertExit(0, Program::run($diff, '/', $this->environment()));
        }
    }

    /** Each rename leaves a shop that boots: the new state put in place entry by entry, in the order of the commit. */
    #[TestWith(['default'])]
    #[TestWith(['optimized'])]
    #[TestWith(['vendor-dir'])]
    #[TestWith(['bin-dir'])]
    #[TestWith(['vendor-link'])]
    public function testBootsAfterEachRename(string $kind): void
    {
        $new = $this->shop($kind);
        $old = $this->shop($kind);
        $strace = ['strace', '-f', '-y', '-e', 'trace=renameat2', '-o', $new->path('var/strace'), ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'];
        $this->assertExit(0, Program::run($strace, $new->root, $this->environment()));
        $paths = [];
        foreach (explode("\n", $new->get('var/strace')) as $line) {
            if (preg_match('~renameat2\(\d+<([^>]*)>, "([^"]+)", \d+<([^>]*)>, "\2", RENAME_EXCHANGE~', $line, $match) === 1 && $match[2] !== '.lockstep-probe') {
                $directory = str_contains($match[1], '/var/lockstep') ? $match[3] : $match[1];
                $paths[] = ltrim(substr($directory, strlen($new->root)) . '/' . $match[2], '/');
            }
        }
        self::assertContains('composer.lock', $paths, 'the renames of the commit were seen');
        self::assertGreaterThanOrEqual(5, count($paths));
        foreach ($paths as $i => $path) {
            $this->assertExit(0, Program::run(['rm', '-rf', $old->path($path)], '/', $this->environment()));
            $this->assertExit(0, Program::run(['cp', '-a', $new->path($path), $old->path($path)], '/', $this->environment()));
            $list = Program::run([...self::php(), 'bin/magento', 'list', 'migrate'], $old->root, $this->environment());
            self::assertSame(0, $list->exit, sprintf("after %d renames, the last one of %s\n%s", $i + 1, $path, $list));
            self::assertStringContainsString('migrate:data', $list->stdout);
        }
        $this->assertUpgraded($old);
    }

    public function testVendorOutsideOfTheRootIsRefused(): void
    {
        $shop = $this->shop();
        $outside = Site::directory('outside');
        $json = $shop->get('composer.json');
        foreach (['../packages', "$outside/vendor", '~/vendor', '.'] as $directory) {
            $this->configure($shop, ['vendor-dir' => $directory]);
            $before = $shop->snapshot();
            $result = $this->magento($shop, 'upgrade', '--format=json');
            $this->assertExit(4, $result);
            self::assertSame('vendor-dir', $result->json()['error']['code']);
            self::assertStringContainsString(sprintf('"%s"', $directory), $result->json()['error']['message']);
            self::assertStringContainsString('config.vendor-dir', $result->json()['error']['hint']);
            $this->assertUnchanged($before, $shop);
            $shop->put('composer.json', $json);
        }
        $this->configure($shop, ['bin-dir' => '../bin']);
        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('bin-dir', $result->json()['error']['code']);
    }

    public function testAnAbsoluteVendorDirectoryInTheRoot(): void
    {
        $shop = $this->shop();
        $this->configure($shop, ['vendor-dir' => $shop->path('vendor'), 'bin-dir' => '../' . basename($shop->root) . '/vendor/bin']);
        $bin = $shop->snapshot();

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        self::assertSame([], preg_grep('~ vendor/bin~', $bin->differences($shop->snapshot())));
        self::assertSame('2.4.6.1', json_decode($shop->get(Site::TOOL . '/composer.json'), true)['version']);
        self::assertSame($shop->path('vendor'), json_decode($shop->get('composer.json'), true)['config']['vendor-dir'], 'the stage stands nowhere');

        $shop = $this->shop('vendor-link');
        unlink($shop->path('vendor'));
        symlink($shop->path('build/php/packages'), $shop->path('vendor'));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertUpgraded($shop);
        self::assertSame($shop->path('build/php/packages'), readlink($shop->path('vendor')));
    }

    public function testVendorPathThatDisagreesIsRefused(): void
    {
        $shop = $this->shop();
        $shop->put('app/etc/vendor_path.php', "<?php\nreturn './lib/packages';\n");
        $before = $shop->snapshot();

        $result = $this->lockstepIn($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('vendor-dir', $result->json()['error']['code']);
        self::assertStringContainsString('./lib/packages', $result->json()['error']['message']);
        $this->assertUnchanged($before, $shop);
    }

    public function testDirectoriesThatTheEnvironmentNames(): void
    {
        $shop = $this->shop('vendor-dir');
        $json = json_decode($shop->get('composer.json'), true);
        unset($json['config']['vendor-dir'], $json['config']['bin-dir']);
        $json['config']['allow-plugins'] = (object)[];
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
        $before = $shop->snapshot();

        $this->assertExit(4, $this->magento($shop, 'upgrade')); // without the variables Composer would make another vendor
        $this->assertUnchanged($before, $shop);
        foreach (['lib/packages', $shop->path('lib/packages')] as $vendor) {
            $again = $this->shop('vendor-dir');
            $again->put('composer.json', $shop->get('composer.json'));
            $environment = $this->environment(['COMPOSER_VENDOR_DIR' => str_replace($shop->root, $again->root, $vendor), 'COMPOSER_BIN_DIR' => 'tools/bin']);
            $this->assertExit(0, $this->inShop($again, $environment, 'upgrade'));
            self::assertFileDoesNotExist($again->path('vendor'));
            self::assertSame('2.4.6.1', json_decode($again->get('lib/packages/magento/data-migration-tool/composer.json'), true)['version']);
            foreach ($before->differences($again->snapshot()) as $difference) {
                self::assertMatchesRegularExpression(self::allowed('lib/packages'), $difference);
            }
        }
    }

    public function testWithoutADirectoryOfProgramsNoneAppearsAndNoModeChanges(): void
    {
        $shop = $this->shop('program-plugin');
        $this->assertExit(0, Program::run(['rm', '-r', $shop->path('vendor/bin')], '/', $this->environment()));
        chmod($shop->path('vendor/lockstep-fixture/dev-tool/bin/dev-tool'), 0640);

        $result = $this->magento($shop, 'upgrade', '-v');

        $this->assertExit(0, $result);
        self::assertSame(2, substr_count($result->stderr, 'dev-tool said: '), 'a plugin could run it in both phases');
        $this->assertUpgraded($shop);
        self::assertFileDoesNotExist($shop->path('vendor/bin'));
        self::assertSame('640', sprintf('%o', fileperms($shop->path('vendor/lockstep-fixture/dev-tool/bin/dev-tool')) & 07777));
        self::assertStringNotContainsString('permissions of', $result->stderr, 'they were not even touched');
    }

    /** Composer before 2.2 linked programs; a newer one replaces the links when it meets them. */
    public function testLinkedAndMissingProgramsStayAsTheyAre(): void
    {
        $shop = $this->shop();
        unlink($shop->path('vendor/bin/dev-tool'));
        symlink('../lockstep-fixture/dev-tool/bin/dev-tool', $shop->path('vendor/bin/dev-tool'));
        unlink($shop->path('vendor/bin/lockstep-recover'));
        chmod($shop->path('vendor/lockstep-fixture/dev-tool/bin/dev-tool'), 0640);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertSame([], preg_grep('~ vendor/(bin|lockstep-fixture)~', $before->differences($shop->snapshot())));
        self::assertStringNotContainsString('permissions of', $result->stderr);
    }

    public function testAVendorLinkOutOfTheRootIsRefused(): void
    {
        $shop = $this->shop();
        $outside = Site::directory('outside');
        rename($shop->path('vendor'), "$outside/vendor");
        foreach (["$outside/vendor", '../' . basename($outside) . '/vendor'] as $target) {
            symlink($target, $shop->path('vendor'));
            $before = $shop->snapshot();
            $result = $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, 'upgrade', '--format=json');
            $this->assertExit(4, $result);
            self::assertSame('vendor-link', $result->json()['error']['code']);
            self::assertStringContainsString("$outside/vendor", $result->json()['error']['message'] . $result->json()['error']['hint']);
            $this->assertUnchanged($before, $shop);
            unlink($shop->path('vendor'));
        }
        $owner = $this->shop();
        symlink($owner->path('vendor'), $shop->path('vendor'));
        $result = $this->lockstep(Site::project() . '/php-wrapper/bin/lockstep', $shop->root, 'upgrade', '--format=json');
        $this->assertExit(4, $result);
        self::assertStringContainsString("--root-dir='$owner->root'", $result->json()['error']['hint'], 'the place where it can be done');
    }

    public function testWhatIsOnlyReadMayBeALinkOutOfTheRoot(): void
    {
        $shop = $this->shop();
        $shared = Site::directory('shared');
        foreach (['app/code/Acme/Loyalty', 'app/code', 'pub/media', 'pub/static', 'app/etc/env.php', 'app/etc/config.php', 'auth.json', 'generated', 'lib'] as $path) {
            $place = $shared . '/' . strtr($path, '/', '-');
            rename($shop->path($path), $place);
            symlink($place, $shop->path($path));
        }
        mkdir($shop->path('var/log'));
        rename($shop->path('var/log'), "$shared/log");
        symlink("$shared/log", $shop->path('var/log'));
        $before = $shop->snapshot();

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        foreach ($before->differences($shop->snapshot()) as $difference) {
            self::assertMatchesRegularExpression(self::allowed('vendor'), $difference);
        }
    }

    /** @return iterable<string, array{string}> */
    public static function written(): iterable
    {
        yield 'composer.json' => ['composer.json'];
        yield 'composer.lock' => ['composer.lock'];
        yield 'app/etc' => ['app/etc'];
        yield 'app' => ['app'];
        yield 'bin' => ['bin'];
    }

    #[DataProvider('written')]
    public function testWhatIsWrittenMayNotBeALink(string $path): void
    {
        $shop = $this->shop();
        $place = Site::directory('shared') . '/' . basename($path);
        rename($shop->path($path), $place);
        symlink($place, $shop->path($path));
        $before = $shop->snapshot();

        $result = $this->lockstepIn($shop, 'upgrade', '--format=json');

        $this->assertExit(4, $result);
        self::assertSame('linked', $result->json()['error']['code'], (string)$result);
        self::assertStringContainsString($place, $result->json()['error']['message']);
        self::assertStringContainsString($place, $result->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);
    }

    public function testALinkedVarIsRefusedWithTheWayOut(): void
    {
        $shop = $this->shop();
        $shared = Site::directory('shared');
        rename($shop->path('var'), "$shared/var");
        symlink("$shared/var", $shop->path('var'));
        $before = $shop->snapshot();

        foreach (['upgrade', 'backup', 'recover'] as $command) {
            $result = $this->magento($shop, $command, '--format=json');
            $this->assertExit(4, $result);
            self::assertSame('state-link', $result->json()['error']['code']);
            self::assertStringContainsString("$shared/var", $result->json()['error']['message']);
        }
        $status = $this->magento($shop, 'status', '--format=json');
        $this->assertExit(0, $status);
        self::assertSame('2.4.5', $status->json()['tool']['version']);
        self::assertSame('2.4.6.1', $status->json()['target']['version']);
        $this->assertUnchanged($before, $shop);
        self::assertSame([], glob("$shared/var/*lockstep*"), 'nothing is written through the link');

        $this->assertExit(0, Program::run(['sh', '-c', 'rm var && mkdir var && for entry in "$1"/*; do ln -s "$entry" var/; done', 'sh', "$shared/var"], $shop->root, $this->environment()));
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
    }

    /** @return array<string, array{string}> */
    public static function statesThatAreEmptied(): array
    {
        return ['stages' => ['stage'], 'undo copies' => ['undo'], 'questions' => ['query']];
    }

    /**
     * What killed runs left there is removed: of nobody else's directory.
     *
     * @dataProvider statesThatAreEmptied
     */
    public function testNothingIsRemovedThroughALinkInTheState(string $name): void
    {
        $foreign = Site::directory('foreign');
        foreach (['work', '20200101T000000Z-abcdef'] as $directory) {
            mkdir("$foreign/$directory");
            file_put_contents("$foreign/$directory/precious", 'x');
            touch("$foreign/$directory", time() - 86400);
        }
        $shop = $this->shop();
        mkdir($shop->path('var/lockstep'), 0700);
        symlink($foreign, $shop->path("var/lockstep/$name"));
        $rescue = Program::run([...self::php(), 'vendor/bin/lockstep-recover'], $shop->root, $this->environment());
        foreach (['backup', 'recover', 'upgrade'] as $command) {
            $result = $this->magento($shop, $command);
            self::assertFileExists("$foreign/work/precious", "$command\n$result\n$rescue");
            self::assertFileExists("$foreign/20200101T000000Z-abcdef/precious", "$command\n$result\n$rescue");
            $this->assertExit(4, $result);
            self::assertStringContainsString("rm '" . $shop->path("var/lockstep/$name") . "'", $result->stderr);
        }
        $this->assertExit($name === 'query' ? 0 : 4, $rescue);
    }

    public function testARunOutlivesTheSwitchOfCurrent(): void
    {
        $shop = $this->shop();
        $other = $this->shop();
        $current = dirname($shop->root) . '/current-' . getmypid();
        symlink($shop->root, $current);
        $before = $other->snapshot();
        $script = '"$@" 2>"$CURRENT.err" & pid=$!; until grep -q "\[4/11\]" "$CURRENT.err"; do sleep 0.01; done; ln -s "$OTHER" "$CURRENT.new" && mv -T "$CURRENT.new" "$CURRENT" && wait $pid';
        $command = ['sh', '-c', $script, 'sh', ...self::php(), "$current/bin/magento", 'migration:tool:upgrade', '-n'];

        $result = Program::run($command, $current, $this->environment(['CURRENT' => $current, 'OTHER' => $other->root]));

        self::assertSame($other->root, readlink($current), 'switched in mid-run');
        $errors = (string)file_get_contents("$current.err");
        unlink($current);
        unlink("$current.err");
        self::assertSame(0, $result->exit, $result . $errors);
        $this->assertUpgraded($shop);
        $this->assertUnchanged($before, $other);
    }

    /** @return iterable<string, array{string}> */
    public static function names(): iterable
    {
        yield 'spaces and quotes' => ['a shop\'s "own" $HOME `x` '];
        yield 'not ASCII' => ["sh\u{f6}p \u{1f6d2} "];
        yield 'newline' => ["sh\nop-"];
        yield 'expressions' => ['[a-z]*{b,c}?~^$#%(x)-'];
    }

    #[DataProvider('names')]
    public function testAnyNameOfTheRoot(string $name): void
    {
        $shop = $this->shop('default', $name);

        $this->assertExit(0, $this->magento($shop, 'upgrade', '--backup-code'));

        $this->assertUpgraded($shop);
        $this->assertExit(0, $this->magento($shop, 'status', '--check'));
        $this->assertExit(0, $this->magento($shop, 'backup:verify'));
    }

    public function testNamesThatComposerCannotTake(): void
    {
        foreach (["sh\xf6p-", 'sh\\op-'] as $name) {
            $shop = $this->shop('default', $name);
            $before = $shop->snapshot();
            $result = $this->magento($shop, 'upgrade', '--format=json');
            $this->assertExit(4, $result);
            self::assertSame('root-name', $result->json()['error']['code']);
            $this->assertUnchanged($before, $shop);
        }
    }

    public function testOpenBasedirIsToldWithItsWayOut(): void
    {
        $shop = $this->shop();
        $before = $shop->snapshot();
        $command = [...self::php(), '-d', "open_basedir=$shop->root:" . Site::project(), 'bin/magento', 'migration:tool:upgrade', '-n', '--format=json'];

        $result = Program::run($command, $shop->root, $this->environment());

        $this->assertExit(4, $result);
        self::assertStringContainsString('open_basedir', $result->json()['error']['message'] . $result->json()['error']['hint']);
        $this->assertUnchanged($before, $shop);
    }

    public function testFromASubdirectory(): void
    {
        foreach (['bin/magento', 'vendor/bin/lockstep'] as $program) {
            $shop = $this->shop();
            mkdir($shop->path('pub/media/catalog'), 0755, true);
            $result = Program::run([...self::php(), '../../../' . $program, 'migration:tool:upgrade', '-n'], $shop->path('pub/media/catalog'), $this->environment());
            $this->assertExit(0, $result);
            $this->assertUpgraded($shop);
            self::assertSame(['.', '..'], scandir($shop->path('pub/media/catalog')));
        }
    }

    /** @param array<string, string> $config */
    private function configure(Site $shop, array $config): void
    {
        $json = json_decode($shop->get('composer.json'), true);
        $json['config'] = $config + ['allow-plugins' => (object)[]] + $json['config'];
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");
    }

    /** Without Magento: for shops that do not boot. */
    private function lockstepIn(Site $shop, string $command, string ...$arguments): Result
    {
        return $this->lockstep($shop->path('vendor/bin/lockstep'), $shop->root, $command, ...$arguments);
    }
}
