<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

use PHPUnit\Framework\TestCase;

/** A test on sample shops: makes them, runs the commands in them, removes them. */
abstract class ShopTestCase extends TestCase
{
    /** @var list<Site> */
    private array $sites = [];

    protected function shop(string $kind = 'default', string $name = 'shop-'): Site
    {
        return $this->sites[] = Site::make($kind, $name);
    }

    protected function tearDown(): void
    {
        if (!$this->status()->isFailure() && !$this->status()->isError()) {
            foreach ($this->sites as $site) {
                $site->remove();
            }
        }
        $this->sites = [];
    }

    /** bin/magento migration:tool:$command in the shop. */
    protected function magento(Site $site, string $command, string ...$arguments): Result
    {
        return $this->inShop($site, $this->environment(), $command, ...$arguments);
    }

    /** The same in a given environment. @param array<string, string> $environment */
    protected function inShop(Site $site, array $environment, string $command, string ...$arguments): Result
    {
        return Program::run([...self::php(), 'bin/magento', "migration:tool:$command", '-n', ...$arguments], $site->root, $environment);
    }

    protected function killed(Site $site, float $after, string $command, string ...$arguments): Result
    {
        return Program::run([...self::php(), 'bin/magento', "migration:tool:$command", '-n', ...$arguments], $site->root, $this->environment(), $after);
    }

    /** vendor/bin/lockstep migration:tool:$command from any directory. */
    protected function lockstep(string $script, string $directory, string $command, string ...$arguments): Result
    {
        return Program::run([...self::php(), $script, "migration:tool:$command", '-n', ...$arguments], $directory, $this->environment());
    }

    /** @return list<string> */
    protected static function php(): array
    {
        return [PHP_BINARY, '-d', 'extension=' . self::module()];
    }

    protected static function module(): string
    {
        return getenv('LOCKSTEP_MODULE') ?: Site::project() . '/.build/modules/lockstep.so';
    }

    /**
     * What a plain login has, and nothing of the test run's own.
     *
     * @param array<string, string> $more
     * @return array<string, string>
     */
    protected function environment(array $more = []): array
    {
        return $more + array_filter([
            'PATH' => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
            'HOME' => (string)getenv('HOME'),
            'LC_ALL' => 'C',
        ]);
    }

    protected function assertExit(int $expected, Result $result): void
    {
        self::assertSame($expected, $result->exit, (string)$result);
    }

    protected function assertUnchanged(Snapshot $before, Site $site, string $message = ''): void
    {
        self::assertSame([], $before->differences($site->snapshot()), $message);
    }

    /** No stage is left but the undo copy of the last commit. */
    protected function assertNoStageLeft(Site $site): void
    {
        $stages = array_map('basename', glob($site->path('var/lockstep/stage/*')) ?: []);
        $undo = array_map('basename', glob($site->path('var/lockstep/undo/*')) ?: []);
        self::assertSame([], array_values(array_diff($stages, $undo)));
        self::assertLessThanOrEqual(1, count($undo), 'older undo copies are removed');
    }

    /** The shop is exactly as an upgrade leaves it, whichever kind of upgrade it was. */
    protected function assertUpgraded(Site $site, string $version = '2.4.6.1'): void
    {
        $found = $site->toolVersions();
        self::assertSame(['composer.json', 'composer.lock', 'vendor/composer/installed.json', 'tool'], array_keys($found));
        self::assertSame([$version], array_values(array_unique($found)), 'all files tell the same version');
        $list = Program::run([...self::php(), 'bin/magento', 'list', 'migrate'], $site->root, $this->environment());
        $this->assertExit(0, $list);
        self::assertStringContainsString("(a fake of release $version)", $list->stdout, 'bin/magento runs the new release');
    }
}
