<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\DatabaseServer;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;
use PHPUnit\Framework\Attributes\Group;

/** --maintenance: the site is closed for the time of a restore, and the mode is left as it was found, whatever happens. */
final class MaintenanceTest extends ShopTestCase
{
    private const FLAG = 'var/.maintenance.flag';

    public function testClosedForTheTimeOfTheRestoreAlone(): void
    {
        $shop = $this->backedUp();
        $shop->put('var/.maintenance.ip', '192.0.2.1');
        $log = $shop->path('var/strace');
        $result = Program::run(['strace', '-f', '-qq', '-o', $log, '-e', 'trace=link,linkat,renameat2,unlink,unlinkat', ...$this->command('--maintenance')], $shop->root, $this->environment());
        $this->assertExit(0, $result);
        $calls = (string)file_get_contents($log);
        unlink($log);
        $entered = strpos($calls, '.maintenance.flag") = 0') ?: strpos($calls, '.maintenance.flag", 0) = 0');
        $swapped = strpos($calls, 'RENAME_EXCHANGE) = 0');
        self::assertIsInt($entered, $calls);
        self::assertIsInt($swapped);
        self::assertLessThan($swapped, $entered, 'entered before anything is swapped');
        self::assertStringContainsString('".maintenance.flag"', substr($calls, (int)strrpos($calls, 'RENAME_EXCHANGE')), 'left after it');
        $this->assertOpen($shop);
        self::assertSame('192.0.2.1', $shop->get('var/.maintenance.ip'));
    }

    public function testWithoutTheOptionTheSiteStaysOpen(): void
    {
        $shop = $this->backedUp();
        $log = $shop->path('var/strace');
        $this->assertExit(0, Program::run(['strace', '-f', '-qq', '-o', $log, ...$this->command()], $shop->root, $this->environment()));
        self::assertStringNotContainsString('maintenance.flag.', (string)file_get_contents($log));
    }

    public function testAModeThatWasOnStaysOn(): void
    {
        $shop = $this->backedUp();
        $shop->put(self::FLAG, '');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--tool', '--maintenance'));
        self::assertSame('', $shop->get(self::FLAG));
        $this->assertExit(0, $this->magento($shop, 'recover'));
        self::assertFileExists($shop->path(self::FLAG));
    }

    public function testAFailedRestoreOpensTheSite(): void
    {
        $shop = $this->backedUp();
        $file = (glob($shop->path('var/lockstep/backups/*/tool.tar.zst')) ?: [''])[0];
        file_put_contents($file, substr_replace((string)file_get_contents($file), 'xx', 900, 2));
        self::assertSame(8, $this->magento($shop, 'backup:restore', 'latest', '--tool', '--maintenance')->exit);
        $this->assertOpen($shop);
        self::assertSame(4, $this->magento($shop, 'backup:restore', 'latest', '--maintenance', '--to=' . Site::directory('to'))->exit);
        self::assertSame(1, $this->magento($shop, 'backup:restore', '--maintenance')->exit);
        $this->assertOpen($shop);
    }

    #[Group('faults')]
    public function testAfterAKillTheNextCommandOpensIt(): void
    {
        [$before, $restored] = $this->ends();
        $closed = 0;
        for ($when = 1; $when <= 40; $when++) {
            $shop = $this->backedUp();
            $result = $this->killedAt($shop, $when);
            if ($result->exit === 0) {
                break;
            }
            if (is_file($shop->path(self::FLAG))) {
                $closed++;
                self::assertTrue($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending']);
                self::assertFileExists($shop->path(self::FLAG), 'status only reads');
            }
            if ($when % 2 === 0) {
                $this->assertExit(0, $this->magento($shop, 'recover'));
            } else {
                $rescue = [...self::php(), $shop->path('vendor/lockstep/module-migration-tool/bin/lockstep-recover'), "--root-dir=$shop->root"];
                $this->assertExit(0, Program::run($rescue, '/', $this->environment()));
            }
            $this->assertOpen($shop);
            self::assertContains($shop->snapshot()->hash(), [$before->hash(), $restored->hash()], "killed at call $when: " . implode("\n", $before->differences($shop->snapshot())));
            $shop->remove();
        }
        self::assertGreaterThan(2, $closed, 'kills hit a site in maintenance mode');
        self::assertLessThan(40, $when, 'all moments were tried');
    }

    public function testWhatSomeoneElseSetMeanwhileStays(): void
    {
        foreach (['touch' => '', 'new' => ''] as $how => $contents) {
            $shop = $this->killedWhileClosed();
            if ($how === 'new') {
                unlink($shop->path(self::FLAG));
                $shop->put(self::FLAG, $contents);
            } else {
                touch($shop->path(self::FLAG), time() + 5); // as maintenance:enable does
            }
            $this->assertExit(0, $this->magento($shop, 'recover'));
            self::assertFileExists($shop->path(self::FLAG), $how);
            self::assertFileDoesNotExist($shop->path('var/lockstep/maintenance.json'));
        }
        $shop = $this->killedWhileClosed();
        unlink($shop->path(self::FLAG)); // maintenance:disable
        $this->assertExit(0, $this->magento($shop, 'recover'));
        $this->assertOpen($shop);
    }

    #[Group('faults')]
    public function testInterruptedRestoresOpenTheSite(): void
    {
        [$before, $restored] = $this->ends();
        foreach ([SIGINT, SIGTERM, SIGHUP] as $signal) {
            for ($when = 1; $when <= 30; $when += 4) {
                $shop = $this->backedUp();
                $result = $this->injected($shop, $when, $signal === SIGINT ? 'INT' : ($signal === SIGTERM ? 'TERM' : 'HUP'));
                self::assertFileDoesNotExist($shop->path(self::FLAG), (string)$result);
                $this->assertExit(0, $this->magento($shop, 'recover'));
                $this->assertOpen($shop);
                self::assertContains($shop->snapshot()->hash(), $result->exit === 0 ? [$restored->hash()] : [$before->hash()], "signal $signal at call $when\n$result");
                $shop->remove();
            }
        }
    }

    public function testClosedForTheTimeOfTheDatabaseAlone(): void
    {
        $server = new DatabaseServer();
        try {
            $shop = $this->shop();
            $server->sql("CREATE DATABASE closed CHARACTER SET utf8mb4; CREATE USER closed@localhost IDENTIFIED BY 'x'; GRANT ALL ON `closed%`.* TO closed@localhost");
            $server->load(Site::project() . '/tests/e2e/data/database.sql', 'closed');
            $connection = ['host' => $server->socket, 'dbname' => 'closed', 'username' => 'closed', 'password' => 'x', 'active' => '1'];
            $shop->put('app/etc/env.php', '<?php return ' . var_export(['db' => ['table_prefix' => 'm2_', 'connection' => ['default' => $connection]]], true) . ';');
            $programs = Site::directory('bin');
            foreach (['mariadb', 'mariadb-dump'] as $name) { // each tells whether the shop was closed when it ran
                file_put_contents("$programs/$name", sprintf("#!/bin/sh\ntest -e %s && echo %s >> %s\nexec /usr/bin/%2\$s \"\$@\"\n", escapeshellarg($shop->path(self::FLAG)), $name, escapeshellarg("$programs/closed")));
                chmod("$programs/$name", 0755);
            }
            $environment = $this->environment(['PATH' => "$programs:/usr/bin:/bin"]);
            $this->assertExit(0, $this->inShop($shop, $environment, 'backup', '--db', '--tool'));
            self::assertFileDoesNotExist("$programs/closed", 'without the option the shop stays open');
            $this->assertExit(0, $this->inShop($shop, $environment, 'backup', '--db', '--maintenance'));
            self::assertStringContainsString('mariadb-dump', (string)file_get_contents("$programs/closed"));
            $this->assertOpen($shop);
            unlink("$programs/closed");
            $restored = $this->inShop($shop, $environment, 'backup:restore', 'latest', '--db', '--maintenance');
            $this->assertExit(0, $restored);
            self::assertStringNotContainsString('The shop is open', $restored->stderr);
            self::assertFileExists("$programs/closed");
            $this->assertOpen($shop);
            self::assertSame(4, $this->inShop($shop, $environment, 'backup', '--tool', '--maintenance')->exit, 'files need none');

            unlink("$programs/mariadb-dump");
            file_put_contents("$programs/mariadb-dump", "#!/bin/sh\ncase \"\$*\" in *--version*|*--help*) exec /usr/bin/mariadb-dump \"\$@\";; esac\nkill -TERM \$PPID; sleep 5\n");
            chmod("$programs/mariadb-dump", 0755);
            $interrupted = $this->inShop($shop, $environment, 'backup', '--db', '--maintenance');
            self::assertNotSame(0, $interrupted->exit, (string)$interrupted);
            $this->assertOpen($shop);
            self::assertCount(2, glob($shop->path('var/lockstep/backups/*')) ?: [], 'nothing is left of the interrupted one');
        } finally {
            $server->stop();
        }
    }

    /** @return array{Snapshot, Snapshot} before and after a restore */
    private function ends(): array
    {
        $shop = $this->backedUp();
        $before = $shop->snapshot();
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--tool'));

        return [$before, $shop->snapshot()];
    }

    private function backedUp(): Site
    {
        $shop = $this->shop();
        $this->assertExit(0, $this->magento($shop, 'backup'));
        $shop->put(Site::CONFIG, 'edited since');

        return $shop;
    }

    private function killedWhileClosed(): Site
    {
        for ($when = 1; $when <= 40; $when++) {
            $shop = $this->backedUp();
            $this->killedAt($shop, $when);
            if (is_file($shop->path(self::FLAG))) {
                return $shop;
            }
        }
        self::fail('no kill hit a site in maintenance mode');
    }

    private function killedAt(Site $shop, int $when): Result
    {
        return $this->injected($shop, $when, 'KILL');
    }

    private function injected(Site $shop, int $when, string $signal): Result
    {
        return Program::run(['strace', '-f', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', '-e', "inject=fsync:signal=$signal:when=$when", ...$this->command('--maintenance')], $shop->root, $this->environment());
    }

    /** @return list<string> */
    private function command(string ...$options): array
    {
        return [...self::php(), 'bin/magento', 'migration:tool:backup:restore', '-n', 'latest', '--tool', ...$options];
    }

    private function assertOpen(Site $shop): void
    {
        self::assertSame([], glob($shop->path('var/.maintenance.flag*')));
        self::assertFileDoesNotExist($shop->path('var/lockstep/maintenance.json'));
    }
}
