<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Shops in git, with vendor or without: the commit that is left to make is suggested, and git is never told to do anything. */
final class CommittedVendorTest extends ShopTestCase
{
    public function testTheSuggestedCommitIsTheWholeUpgrade(): void
    {
        $shop = $this->repository("/var/\n/generated/\n/.repository/\n");
        $head = $this->git($shop, 'rev-parse', 'HEAD')->stdout;
        $git = $this->states($shop);

        $result = $this->magento($shop, 'upgrade', '--format=json');

        $this->assertExit(0, $result);
        $this->assertUpgraded($shop);
        self::assertSame($git, $this->states($shop), 'git was asked, not told');
        $commit = array_values(preg_grep('/^git /', $result->json()['followup']) ?: []);
        self::assertSame(["git add -A -- vendor composer.json composer.lock && git commit -m 'Upgrade magento/data-migration-tool from 2.4.5 to 2.4.6.1'"], $commit);
        self::assertNotSame('', $this->git($shop, 'status', '--porcelain')->stdout);
        $this->assertExit(0, Program::run(['sh', '-c', $commit[0]], $shop->root, $this->gitEnvironment()));
        self::assertSame('', $this->git($shop, 'status', '--porcelain')->stdout, 'nothing is left over');
        self::assertNotSame($head, $this->git($shop, 'rev-parse', 'HEAD')->stdout);
        self::assertStringNotContainsString('git', $this->magento($shop, 'upgrade')->stderr, 'nothing to commit when nothing was done');
    }

    public function testUncommittedChangesAreNamed(): void
    {
        $shop = $this->repository("/var/\n/generated/\n");
        $shop->put('vendor/magento/framework/registration.php', $shop->get('vendor/magento/framework/registration.php') . "\n// patched on the server\n");
        mkdir($shop->path('vendor/acme'));
        $shop->put('vendor/acme/hot fix.php', "<?php\n");
        $shop->put('pub/index.php', $shop->get('pub/index.php') . "\n// not in vendor\n");

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertMatchesRegularExpression('~committed to git and has 2 changes that are not: vendor/magento/framework/registration\.php, vendor/acme/~', $result->stderr);
        self::assertStringNotContainsString('pub/index.php', $result->stderr);
    }

    public function testAVendorThatIsNotCommittedIsNotSuggested(): void
    {
        $shop = $this->repository("/var/\n/vendor/\n/generated/\n");

        $result = $this->magento($shop, 'upgrade', '--format=json');

        self::assertSame(["git add -A -- composer.json composer.lock && git commit -m 'Upgrade magento/data-migration-tool from 2.4.5 to 2.4.6.1'"], array_values(preg_grep('/^git /', $result->json()['followup']) ?: []));
    }

    /** A shop in a directory of a larger repository, and another vendor. */
    public function testAShopBelowTheTopOfTheRepository(): void
    {
        $top = Site::directory('monorepo');
        $shop = $this->shop('vendor-dir');
        $this->assertExit(0, Program::run(['cp', '-a', $shop->root, "$top/shop"], '/', $this->environment()));
        file_put_contents("$top/.gitignore", "/shop/var/\n");
        $this->commit($top);

        $result = Program::run([...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n', '--format=json'], "$top/shop", $this->environment());

        $this->assertExit(0, $result);
        $commit = array_values(preg_grep('/^git /', $result->json()['followup']) ?: []);
        self::assertStringStartsWith('git add -A -- lib/packages composer.json composer.lock && ', $commit[0] ?? '');
        $this->assertExit(0, Program::run(['sh', '-c', $commit[0]], "$top/shop", $this->gitEnvironment()));
        self::assertSame('', Program::run(['git', 'status', '--porcelain'], $top, $this->gitEnvironment())->stdout);
    }

    /** The repository's own configuration names programs: none of them runs. */
    public function testProgramsThatTheRepositoryNamesDoNotRun(): void
    {
        $shop = $this->repository("/var/\n/generated/\n");
        $trap = $shop->path('var/trap');
        $shop->put('var/monitor', "#!/bin/sh\ntouch '$trap'\n");
        chmod($shop->path('var/monitor'), 0755);
        $this->git($shop, 'config', 'core.fsmonitor', $shop->path('var/monitor'));
        foreach (['post-index-change', 'pre-commit', 'post-checkout'] as $hook) {
            copy($shop->path('var/monitor'), $shop->path(".git/hooks/$hook"));
            chmod($shop->path(".git/hooks/$hook"), 0755);
        }
        $index = $shop->get('.git/index');
        touch($shop->path('vendor/autoload.php'), time() - 100); // git would refresh its index
        $shop->put('vendor/magento/framework/registration.php', $shop->get('vendor/magento/framework/registration.php') . "\n");

        $result = $this->magento($shop, 'upgrade');

        $this->assertExit(0, $result);
        self::assertStringContainsString('has 1 changes that are not', $result->stderr);
        self::assertFileDoesNotExist($trap);
        self::assertSame($index, $shop->get('.git/index'));
        self::assertFileDoesNotExist($shop->path('.git/index.lock'));
    }

    public function testABrokenRepositoryStopsNothing(): void
    {
        $shop = $this->shop();
        mkdir($shop->path('.git'));

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
    }

    private function repository(string $ignored): Site
    {
        $shop = $this->shop();
        $shop->put('.gitignore', $ignored);
        $this->commit($shop->root);

        return $shop;
    }

    private function commit(string $top): void
    {
        foreach ([['init', '-q'], ['add', '-A'], ['commit', '-q', '-m', 'The shop']] as $arguments) {
            $this->assertExit(0, Program::run(['git', ...$arguments], $top, $this->gitEnvironment()));
        }
    }

    private function git(Site $shop, string ...$arguments): Result
    {
        $result = Program::run(['git', ...array_values($arguments)], $shop->root, $this->gitEnvironment());
        $this->assertExit(0, $result);

        return $result;
    }

    /** What git has written down. @return array<string, string> */
    private function states(Site $shop): array
    {
        return array_map(static fn (string $file): string => (string)hash_file('sha256', $file), array_combine($files = glob($shop->path('.git/{HEAD,index,refs/heads/*,logs/HEAD}'), GLOB_BRACE) ?: [], $files));
    }

    /** @return array<string, string> */
    private function gitEnvironment(): array
    {
        $who = ['GIT_AUTHOR_NAME' => 'Acme', 'GIT_AUTHOR_EMAIL' => 'acme@example.invalid', 'GIT_COMMITTER_NAME' => 'Acme', 'GIT_COMMITTER_EMAIL' => 'acme@example.invalid'];

        return $this->environment($who + ['GIT_CONFIG_GLOBAL' => '/dev/null', 'GIT_CONFIG_SYSTEM' => '/dev/null']);
    }
}
