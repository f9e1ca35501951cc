<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\DatabaseTestCase;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** A restore of the database killed while live tables are on their way: the next command knows, and brings it to an end. */
final class DatabaseKillTest extends DatabaseTestCase
{
    private const FLAG = 'var/.maintenance.flag';
    private const LATER = 'UPDATE m2_quote SET total = 99; CREATE TABLE m2_later (id int); CREATE TRIGGER m2_later_trigger BEFORE INSERT ON m2_later FOR EACH ROW SET @x = 1; DROP VIEW m2_view_of_view; DROP PROCEDURE m2_procedure';

    /** @return iterable<string, array{string, bool}> what the client does with the statements in $in, and whether the restore is finished then */
    public static function moments(): iterable
    {
        $renames = static fn (string $do): string => 'if grep -q "^RENAME" "$in"; then ' . $do . '; kill -9 $PPID; exit 1; fi';
        yield 'before anything' => [$renames(':'), false];
        yield 'triggers dropped' => [$renames('sed "/^RENAME/,\$d" "$in" | /usr/bin/mariadb "$@"'), false];
        yield 'tables swapped' => [$renames('/usr/bin/mariadb "$@" < "$in"'), true];
        yield 'one table moved' => [$renames('sed "/^RENAME/,\$d" "$in" > "$in.1"; sed -n "/^RENAME/s/,\$/;/p" "$in" >> "$in.1"; /usr/bin/mariadb "$@" < "$in.1"'), true];
        yield 'statements that outlive the run' => [$renames('cp "$in" "$in.1"; sed -i "s/^RENAME/DO SLEEP(3); RENAME/" "$in.1"; { sleep 0.1; /usr/bin/mariadb "$@" < "$in.1"; } > /dev/null 2>&1 & sleep 1'), true];
        $completes = static fn (string $do): string => 'if grep -q "^DROP VIEW" "$in"; then ' . $do . '; kill -9 $PPID; exit 1; fi';
        yield 'before triggers, routines, events and views' => [$completes(':'), true];
        yield 'half of them made' => [$completes('sed -n "/PROCEDURE/q; p" "$in" | /usr/bin/mariadb "$@"'), true];
        yield 'all of them made' => [$completes('/usr/bin/mariadb "$@" < "$in"'), true];
    }

    #[DataProvider('moments')]
    public function testWhateverMomentOfTheSwap(string $script, bool $finished): void
    {
        [$shop, $name, $restored, $before] = $this->changedSinceBackup();
        $this->assertExit(137, $this->killedBy($shop, $script, '--maintenance'));
        self::assertFileExists($shop->path(self::FLAG));
        self::assertTrue($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending']);

        $rescue = Program::run([...self::php(), $shop->path('vendor/lockstep/module-migration-tool/bin/lockstep-recover'), "--root-dir=$shop->root"], '/', $this->environment());
        $this->assertExit(10, $rescue);
        self::assertStringContainsString('migration:tool:recover', $rescue->all());
        self::assertFileExists($shop->path(self::FLAG), 'which cannot speak to databases, and opens no shop');

        $recovered = $this->magento($shop, 'recover', '--format=json');
        $this->assertExit(0, $recovered);
        self::assertSame($finished ? 'finished' : 'undone', $recovered->json()['outcome']);
        $this->assertDatabase($finished ? $restored : $before, $name);
        self::assertFileDoesNotExist($shop->path(self::FLAG));
        self::assertSame([], glob($shop->path('var/lockstep/database*')));
        self::assertFalse($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending']);
        $left = array_filter(explode("\n", self::server()->sql("SHOW DATABASES LIKE '$name\\_lockstep%'")));
        self::assertCount($finished ? 1 : 0, $left, 'what was live is kept');
        foreach ($left as $old) {
            self::assertSame('99.0000', self::server()->sql('SELECT total FROM m2_quote', $old));
            self::assertStringContainsString($old, $recovered->stderr);
        }
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--db'));
        $this->assertDatabase($restored, $name);
    }

    /** Any command that writes does it; with the server away it says what to do, and opens nothing. */
    public function testEveryCommandKnows(): void
    {
        [$shop, $name, $restored] = $this->changedSinceBackup();
        $this->assertExit(137, $this->killedBy($shop, 'if grep -q "^DROP VIEW" "$in"; then kill -9 $PPID; exit 1; fi', '--maintenance'));
        $env = $shop->get('app/etc/env.php');
        $shop->put('app/etc/env.php', str_replace(self::server()->socket, '/nowhere', $env));
        foreach (['recover', 'backup'] as $command) {
            $stopped = $this->magento($shop, $command, '--format=json');
            $this->assertExit(10, $stopped);
            self::assertSame('database-half', $stopped->json()['error']['code']);
            self::assertStringContainsString("_lockstep_old_", $stopped->json()['error']['hint']);
            self::assertFileExists($shop->path(self::FLAG));
        }
        $shop->put('app/etc/env.php', $env);
        $made = $this->magento($shop, 'backup');
        $this->assertExit(0, $made);
        self::assertStringContainsString('was finished', $made->stderr);
        $this->assertDatabase($restored, $name);
        self::assertFileDoesNotExist($shop->path(self::FLAG));
    }

    public function testKilledInPlace(): void
    {
        foreach (['emptied' => '', 'half filled' => 'head -c 3000 | /usr/bin/mariadb "$@"; '] as $case => $script) {
            [$shop, $name, , $before] = $this->changedSinceBackup('narrow');
            $bin = $this->programs(['mariadb' => 'case "$*" in *--batch* | *--help* | *--version*) exec /usr/bin/mariadb "$@" ;; esac; ' . $script . 'kill -9 $PPID; sleep 1']);
            $this->assertExit(137, $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', 'latest', '--db', '--maintenance'));
            self::assertStringNotContainsString('m2_later', self::server()->contents($name));
            $recovered = $this->magento($shop, 'recover', '--format=json');
            $this->assertExit(0, $recovered);
            self::assertSame('undone', $recovered->json()['outcome']);
            $this->assertDatabase($before, $name, $case);
            self::assertFileDoesNotExist($shop->path(self::FLAG));
        }
    }

    /** The backup made before is away: the shop stays closed, and a restore of another one is the way out. */
    public function testInPlaceWithoutItsFreshBackup(): void
    {
        [$shop, $name, $restored] = $this->changedSinceBackup('narrow');
        $bin = $this->programs(['mariadb' => 'case "$*" in *--batch* | *--help* | *--version*) exec /usr/bin/mariadb "$@" ;; esac; kill -9 $PPID; sleep 1']);
        $this->assertExit(137, $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', 'latest', '--db', '--maintenance'));
        $sets = glob($shop->path('var/lockstep/backups/*')) ?: [];
        rename($sets[1], $shop->path('var/away'));
        $stopped = $this->magento($shop, 'recover', '--format=json');
        $this->assertExit(10, $stopped);
        self::assertStringContainsString(basename($sets[1]), $stopped->json()['error']['hint']);
        self::assertFileExists($shop->path(self::FLAG));
        $this->assertExit(10, $this->magento($shop, 'backup', '--tool'));
        $this->assertExit(0, $this->magento($shop, 'backup:restore', basename($sets[0]), '--db'));
        $this->assertDatabase($restored, $name);
        $this->assertExit(0, $this->magento($shop, 'recover'));
        self::assertFileDoesNotExist($shop->path(self::FLAG));
    }

    /** Two databases on one server change in one statement. */
    public function testSplitDatabases(): void
    {
        [$shop, $name, $restored] = $this->changedSinceBackup(split: true);
        $this->assertExit(137, $this->killedBy($shop, 'if grep -q "^RENAME" "$in"; then cp "$in" "$0.renames"; /usr/bin/mariadb "$@" < "$in"; kill -9 $PPID; exit 1; fi', '--maintenance', $bin));
        self::assertSame(1, substr_count((string)file_get_contents("$bin/mariadb.renames"), 'RENAME TABLE'));
        self::assertSame('1', self::server()->sql('SELECT COUNT(*) FROM m2_order', "{$name}_sales"));
        $this->assertExit(0, $this->magento($shop, 'recover'));
        $this->assertDatabase($restored, $name);
        self::assertSame('1', self::server()->sql('SELECT COUNT(*) FROM m2_order', "{$name}_sales"));
    }

    /** @return array{Site, string, string, string} the shop; its database's name, contents in the backup, and contents now */
    private function changedSinceBackup(string $rights = 'wide', bool $split = false): array
    {
        static $number = 0;
        $name = 'k' . ++$number;
        $shop = $this->shopWithDatabase($name, $rights === 'narrow' ? "GRANT ALL ON $name.*" : null);
        if ($split) {
            self::server()->sql("CREATE DATABASE {$name}_sales; CREATE TABLE {$name}_sales.m2_order (id int PRIMARY KEY); INSERT INTO {$name}_sales.m2_order VALUES (1)");
            $this->env($shop, ['default' => $name, 'sales' => "{$name}_sales"], $name);
        }
        $this->assertExit(0, $this->magento($shop, 'backup', '--db'));
        $backedUp = self::server()->contents($name);
        self::server()->sql(self::LATER, $name);
        $split && self::server()->sql('DELETE FROM m2_order', "{$name}_sales");

        return [$shop, $name, $backedUp, self::server()->contents($name)];
    }

    /** Runs a restore whose client first does this with each batch of statements ($in). */
    private function killedBy(Site $shop, string $script, string $option, ?string &$bin = null): Result
    {
        $bin = $this->programs(['mariadb' => 'case "$*" in *--batch*) in=$0.input; cat > "$in"; ' . $script . '; exec /usr/bin/mariadb "$@" < "$in" ;; esac; exec /usr/bin/mariadb "$@"']);

        return $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', 'latest', '--db', $option);
    }

    /** But for definers, whom the shop's user may not name. */
    private function assertDatabase(string $expected, string $name, string $message = ''): void
    {
        $plain = static fn (string $dump): string => (string)preg_replace(['/ DEFINER=`\w+`@`\w+`/', '/ AUTO_INCREMENT=\d+/'], '', $dump);
        self::assertSame($plain($expected), $plain(self::server()->contents($name)), $message);
    }
}
