<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\DatabaseTestCase;
use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\Site;

/** Databases backed up and restored, on a real MariaDB. */
final class DatabaseTest extends DatabaseTestCase
{
    public function testEverythingComesBack(): void
    {
        $shop = $this->shopWithDatabase('whole');
        $before = self::server()->contents('whole');
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $this->assertExit(0, $made);
        $part = $made->json()['parts'][0];
        self::assertSame(['db', 'db.tar.zst', 1, 6, 0], [$part['name'], $part['file'], $part['files'], $part['tables'], $part['frames_reused']]);
        self::assertSame(hash_file('sha256', $made->json()['path'] . '/db.tar.zst'), $part['sha256']);
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest'));
        self::assertStringContainsString('db', $this->magento($shop, 'backup:list')->stdout);
        $dump = $this->unpacked($made, 'db.sql');
        self::assertStringEndsWith("-- Dump completed\n", $dump);

        self::server()->sql('DELETE FROM m2_parent; DROP VIEW m2_view_of_view; DROP PROCEDURE m2_procedure; CREATE TABLE m2_later (id int); CREATE VIEW m2_later_view AS SELECT 1; DROP TRIGGER m2_after_child; CREATE TRIGGER m2_later_trigger BEFORE INSERT ON m2_quote FOR EACH ROW SET @x = 1;', 'whole');
        $restored = $this->magento($shop, 'backup:restore', 'latest', '--db', '--format=json');
        $this->assertExit(0, $restored);
        self::assertSame([['database' => 'whole', 'way' => 'swapped', 'tables' => 6, 'kept' => null]], $restored->json()['parts'][0]['databases']);
        self::assertStringContainsString('`gone`@`elsewhere`', $restored->stderr);
        self::assertStringContainsString('--maintenance', $restored->stderr);
        self::assertSame(str_replace('`gone`@`elsewhere`', '`whole`@`localhost`', $before), self::server()->contents('whole'));
        self::assertSame('', self::server()->sql("SHOW DATABASES LIKE '%lockstep%'"));
        self::assertSame([], glob($shop->path('var/lockstep/database-*.sql')));
        self::server()->sql('INSERT INTO m2_child (parent_id) VALUES (1); CALL m2_procedure()', 'whole');

        // once more, and what was there is kept
        $kept = $this->magento($shop, 'backup:restore', 'latest', '--db', '--keep-old', '--format=json');
        $this->assertExit(0, $kept);
        $old = $kept->json()['parts'][0]['databases'][0]['kept'];
        self::assertSame('3001', self::server()->sql('SELECT COUNT(*) FROM m2_child', $old));
        self::assertSame('3000', self::server()->sql('SELECT COUNT(*) FROM m2_child', 'whole'));
        self::server()->sql("DROP DATABASE `$old`");

        // beside the shop
        $to = Site::directory('unpacked');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--db', "--to=$to"));
        self::assertSame($dump, file_get_contents("$to/db.sql"));
    }

    public function testStructureAlone(): void
    {
        $shop = $this->shopWithDatabase('strip');
        $made = $this->magento($shop, 'backup', '--db', '--strip=@stripped,m2_qu*', '--format=json');
        $this->assertExit(0, $made);
        self::assertSame(['m2_quote', 'm2_report_event', 'm2_session'], $made->json()['parts'][0]['stripped']);
        $this->assertStripped($this->unpacked($made, 'db.sql'));

        // a program that cannot leave out data alone runs twice
        $old = $this->programs(['mariadb-dump' => '[ "$2" = --help ] && exec /usr/bin/mariadb-dump "$@" | grep -v ignore-table-data; echo run >> "$0.runs"; exec /usr/bin/mariadb-dump "$@"']);
        $made = $this->inShop($shop, $this->environment(['PATH' => "$old:/usr/bin:/bin"]), 'backup', '--db', '--strip=@quotes session report_event', '--format=json');
        $this->assertExit(0, $made);
        self::assertSame(2, substr_count((string)file_get_contents("$old/mariadb-dump.runs"), "run\n"), 'two dumps');
        $this->assertStripped($this->unpacked($made, 'db.sql'));
        $before = self::server()->contents('strip');
        $restored = $this->magento($shop, 'backup:restore', 'latest', '--db');
        $this->assertExit(0, $restored);
        self::assertStringContainsString('3 tables will be empty', $restored->stderr);
        self::assertSame('0', self::server()->sql('SELECT COUNT(*) FROM m2_session', 'strip'));
        $without = static fn (string $dump): string => (string)preg_replace('/^INSERT INTO `m2_(session|quote|report_event)` VALUES\n.*;\n/m', '', str_replace(['`gone`@`elsewhere`', ' AUTO_INCREMENT=2 '], ['`strip`@`localhost`', ' '], $dump));
        self::assertSame($without($before), $without(self::server()->contents('strip')));

        $wrong = $this->magento($shop, 'backup', '--db', '--strip=@nothing', '--format=json');
        $this->assertExit(4, $wrong);
        self::assertStringContainsString('@sessions', $wrong->json()['error']['hint']);
    }

    public function testSplitDatabases(): void
    {
        $shop = $this->shopWithDatabase('main');
        self::server()->sql("CREATE DATABASE main_sales; CREATE TABLE main_sales.m2_order (id int PRIMARY KEY); INSERT INTO main_sales.m2_order VALUES (1); GRANT ALL ON `main\\_sales%`.* TO main@localhost");
        $this->env($shop, ['default' => 'main', 'checkout' => 'main', 'sales' => 'main_sales'], 'main');
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $this->assertExit(0, $made);
        self::assertSame([2, 7], [$made->json()['parts'][0]['files'], $made->json()['parts'][0]['tables']]);
        self::assertStringContainsString('m2_order', $this->unpacked($made, 'db-sales.sql'));
        self::assertStringNotContainsString('m2_order', $this->unpacked($made, 'db.sql'));
        self::server()->sql('DELETE FROM main_sales.m2_order; DELETE FROM main.m2_quote');
        $restored = $this->magento($shop, 'backup:restore', 'latest', '--db', '--format=json');
        $this->assertExit(0, $restored);
        self::assertSame(['main_sales', 'main'], array_column($restored->json()['parts'][0]['databases'], 'database'));
        self::assertSame("1\n1", self::server()->sql('SELECT COUNT(*) FROM main_sales.m2_order; SELECT COUNT(*) FROM main.m2_quote'));
    }

    public function testNoSecretIsSeen(): void
    {
        $shop = $this->shopWithDatabase('secret');
        $spy = 'tr "\0" "\n" < /proc/$$/environ >> "$0.seen"; tr "\0" "\n" < /proc/$$/cmdline >> "$0.seen"; tr "\0" "\n" < /proc/$PPID/cmdline >> "$0.seen"; tr "\0" "\n" < /proc/$PPID/environ >> "$0.seen"; find "$SHOP" -type f -newer "$0" -exec grep -lF SECRET {} + >> "$0.seen"; exec /usr/bin/';
        $bin = $this->programs(['mariadb-dump' => str_replace('$SHOP', $shop->root, $spy) . 'mariadb-dump "$@"', 'mariadb' => $spy . 'mariadb "$@"']);
        $env = $this->environment(['PATH' => "$bin:/usr/bin:/bin"]);
        $made = $this->inShop($shop, $env, 'backup', '--db', '-vvv');
        $this->assertExit(0, $made);
        $this->assertExit(0, $restored = $this->inShop($shop, $env, 'backup:restore', 'latest', '--db', '-vvv'));
        foreach (['mariadb-dump', 'mariadb'] as $program) {
            $seen = (string)file_get_contents("$bin/$program.seen");
            self::assertStringContainsString('--defaults-file=/dev/fd/4', $seen);
            self::assertStringNotContainsString(self::PASSWORD, $seen . $made->all() . $restored->all());
        }
        $found = Program::run(['grep', '-rlF', self::PASSWORD, $shop->path('var'), sys_get_temp_dir() . '/'], '/', $this->environment());
        self::assertSame('', $found->stdout, 'on no disk');
    }

    public function testWrongPassword(): void
    {
        $shop = $this->shopWithDatabase('wrong');
        self::server()->sql("ALTER USER wrong@localhost IDENTIFIED BY 'another'");
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $this->assertExit(8, $made);
        self::assertStringContainsString('Access denied', $made->json()['error']['message']);
        self::assertStringContainsString('env.php', $made->json()['error']['hint']);
        self::assertStringNotContainsString(self::PASSWORD, $made->all());
        $this->assertNoBackup($shop);
        $upgrade = $this->magento($shop, 'upgrade', '--backup-db', '--format=json');
        $this->assertExit(8, $upgrade);
        self::assertSame('2.4.5', $shop->toolVersions()['tool']);
    }

    public function testDumpsThatAreNotWhole(): void
    {
        $shop = $this->shopWithDatabase('cut');
        $cases = [
            'cut' => ['/usr/bin/mariadb-dump "$@" | head -c 3000', 'its last line is missing'],
            'fails at its end' => ['/usr/bin/mariadb-dump "$@"; echo "went wrong" >&2; exit 2', 'status 2: went wrong'],
            'says nothing' => ['exit 0', 'its last line is missing'],
        ];
        foreach ($cases as $name => [$script, $words]) {
            $bin = $this->programs(['mariadb-dump' => "case \"\$2\" in --help | --version) exec /usr/bin/mariadb-dump \"\$@\" ;; esac\n$script"]);
            $made = $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup', '--db', '--format=json');
            $this->assertExit(8, $made);
            self::assertStringContainsString($words, $made->json()['error']['message'], $name);
            $this->assertNoBackup($shop);
        }
    }

    public function testServerKilledMeanwhile(): void
    {
        self::stopServer(); // one for this alone
        $shop = $this->shopWithDatabase('killed');
        self::server()->sql("CREATE TABLE m2_big (id int PRIMARY KEY, text longtext); INSERT INTO m2_big SELECT seq, REPEAT('x', 10000) FROM seq_1_to_3000", 'killed');
        $bin = $this->programs(['mariadb-dump' => sprintf("case \"\$2\" in --help | --version) exec /usr/bin/mariadb-dump \"\$@\" ;; esac\nset -o pipefail\n/usr/bin/mariadb-dump \"\$@\" | { head -c 100000; kill -9 %d; cat; }", self::server()->pid())], 'bash');
        $made = $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup', '--db', '--format=json');
        self::stopServer();
        $this->assertExit(8, $made);
        self::assertStringContainsString('Lost connection', $made->json()['error']['message']);
        $this->assertNoBackup($shop);
    }

    public function testNoSpace(): void
    {
        $small = Site::directory('small');
        if (posix_geteuid() !== 0 || Program::run(['mount', '-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', $small], '/', $this->environment())->exit !== 0) {
            self::markTestSkipped('a small file system needs mount');
        }
        try {
            $shop = $this->shopWithDatabase('space');
            $this->assertExit(0, $this->magento($shop, 'backup', '--db', "--directory=$small/sets")); // its size is what is expected of the next
            self::server()->sql('CREATE TABLE m2_big (id int PRIMARY KEY, bytes longblob); INSERT INTO m2_big SELECT seq, CONCAT(SHA2(seq, 512), SHA2(-seq, 512), SHA2(seq * 7, 512), SHA2(seq * 13, 512)) FROM seq_1_to_20000', 'space');
            $made = $this->magento($shop, 'backup', '--db', "--directory=$small/sets", '--format=json');
            $this->assertExit(8, $made);
            self::assertSame('no-space', $made->json()['error']['code']);
            self::assertStringContainsString('could not be dumped', $made->json()['error']['message']);
            self::assertCount(1, glob("$small/sets/*") ?: []);
        } finally {
            Program::run(['umount', $small], '/', $this->environment());
        }
    }

    /** Two tables that one transaction fills alike, and another one whose columns come and go. */
    public function testOneMoment(): void
    {
        $shop = $this->shopWithDatabase('moment');
        self::server()->sql('CREATE TABLE m2_one (id int PRIMARY KEY AUTO_INCREMENT, x char(200)); CREATE TABLE m2_two LIKE m2_one; CREATE TABLE m2_shape (id int)', 'moment');
        $statements = Site::directory('statements') . '/sql';
        file_put_contents($statements, str_repeat(str_repeat("START TRANSACTION; INSERT INTO m2_one (x) VALUES ('x'); INSERT INTO m2_two (x) VALUES ('x'); COMMIT;\n", 1000) . "ALTER TABLE m2_shape ADD y int; ALTER TABLE m2_shape DROP y;\n", 300));
        $writer = proc_open(['mariadb', '--no-defaults', '-uroot', '-S', self::server()->socket, 'moment'], [['file', $statements, 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes);
        self::assertIsResource($writer);
        $good = 0;
        for ($try = 0; $try < 8; $try++) {
            $made = $this->magento($shop, 'backup', '--db', '--format=json');
            if ($made->exit === 8) { // the ALTER met the snapshot
                self::assertStringContainsString('1412', $made->json()['error']['message']);
                continue;
            }
            $this->assertExit(0, $made);
            $dump = $this->unpacked($made, 'db.sql');
            $rows = static fn (string $table): int => preg_match("/^INSERT INTO `$table` VALUES\n(.*?);\$/ms", $dump, $found) === 1 ? substr_count($found[1], "\n(") + 1 : 0;
            self::assertSame($rows('m2_one'), $rows('m2_two'));
            $good += $rows('m2_one') > 0 ? 1 : 0;
        }
        self::assertTrue(proc_get_status($writer)['running'], 'it wrote all the time');
        proc_terminate($writer, SIGKILL);
        self::assertGreaterThan(0, $good);
    }

    public function testInPlaceWithoutTheRightToMakeDatabases(): void
    {
        $shop = $this->shopWithDatabase('narrow', 'GRANT ALL ON narrow.*');
        $before = str_replace('`gone`@`elsewhere`', '`narrow`@`localhost`', self::server()->contents('narrow'));
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $this->assertExit(0, $made);
        $id = $made->json()['id'];
        self::server()->sql('DELETE FROM m2_quote; CREATE TABLE m2_later (id int); DROP VIEW m2_view_of_view', 'narrow');
        $restored = $this->magento($shop, 'backup:restore', $id, '--db', '--format=json');
        $this->assertExit(0, $restored);
        $database = $restored->json()['parts'][0]['databases'][0];
        self::assertSame('in-place', $database['way']);
        self::assertSame($before, self::server()->contents('narrow'));

        // the fresh backup has what was there before
        $this->assertExit(0, $this->magento($shop, 'backup:restore', $database['kept'], '--db'));
        self::assertSame('0', self::server()->sql('SELECT COUNT(*) FROM m2_quote', 'narrow'));
        self::server()->sql('SELECT * FROM m2_later', 'narrow');

        // a restore that fails half-way puts it back
        $now = self::server()->contents('narrow');
        $bin = $this->programs(['mariadb' => 'case "$*" in *--batch* | *--help* | *--version*) exec /usr/bin/mariadb "$@" ;; esac; if [ ! -e "$0.failed" ]; then touch "$0.failed"; head -c 2000 | /usr/bin/mariadb "$@"; echo "ERROR 2013 (HY000) at line 77: Lost connection" >&2; exit 1; fi; exec /usr/bin/mariadb "$@"']);
        $failed = $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', $id, '--db', '--format=json');
        $this->assertExit(8, $failed);
        self::assertStringContainsString('is again what it was', $failed->json()['error']['message']);
        self::assertStringContainsString('Lost connection', $failed->json()['error']['message']);
        self::assertSame($now, self::server()->contents('narrow'));
    }

    /** Each way that a swap can stop: the database is as before, and nothing is left beside it. */
    public function testSwapThatFails(): void
    {
        $shop = $this->shopWithDatabase('undone');
        $this->assertExit(0, $this->magento($shop, 'backup', '--db'));
        self::server()->sql('UPDATE m2_quote SET total = 99; CREATE TABLE m2_later (id int); CREATE TRIGGER m2_later_trigger BEFORE INSERT ON m2_later FOR EACH ROW SET @x = 1', 'undone');
        $contents = static fn (): string => (string)preg_replace('/ DEFINER=`\w+`@`\w+`/', '', self::server()->contents('undone'));
        $before = $contents();
        $run = 'in=$0.input; cat > "$in"; ';
        $cases = [
            'while pouring' => 'case "$*" in *--batch* | *--help* | *--version*) ;; *) head -c 3000 | /usr/bin/mariadb "$@"; exit 1 ;; esac; exec /usr/bin/mariadb "$@"',
            'at the renames' => 'case "$*" in *--batch*) ' . $run . 'if grep -q "^RENAME" "$in"; then sed -i "s/^RENAME.*/RENAME TABLE no_table TO no_table_2,/" "$in"; fi; /usr/bin/mariadb "$@" < "$in"; exit ;; esac; exec /usr/bin/mariadb "$@"',
            'after the renames' => 'case "$*" in *--batch*) ' . $run . 'if [ ! -e "$0.failed" ] && grep -q "^DROP VIEW" "$in"; then touch "$0.failed"; echo "garbage;" >> "$in"; fi; /usr/bin/mariadb "$@" < "$in"; exit ;; esac; exec /usr/bin/mariadb "$@"',
        ];
        foreach ($cases as $name => $script) {
            $bin = $this->programs(['mariadb' => $script]);
            $failed = $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', 'latest', '--db', '--format=json');
            $this->assertExit(8, $failed);
            self::assertSame($before, $contents(), $name);
            self::assertSame('', self::server()->sql("SHOW DATABASES LIKE '%lockstep%'"), $name);
            self::assertSame([], glob($shop->path('var/lockstep/database-*.sql')), $name);
        }
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--db'));
    }

    public function testKilledWhilePouring(): void
    {
        $shop = $this->shopWithDatabase('slain');
        $this->assertExit(0, $this->magento($shop, 'backup', '--db'));
        $before = self::server()->contents('slain');
        $bin = $this->programs(['mariadb' => 'case "$*" in *--batch* | *--help* | *--version*) exec /usr/bin/mariadb "$@" ;; esac; head -c 3000 | /usr/bin/mariadb "$@"; kill -9 $PPID; sleep 5']);
        $this->assertExit(137, $this->inShop($shop, $this->environment(['PATH' => "$bin:/usr/bin:/bin"]), 'backup:restore', 'latest', '--db'));
        self::assertSame($before, self::server()->contents('slain'));
        $left = explode("\n", self::server()->sql("SHOW DATABASES LIKE 'slain\\_lockstep%'"));
        self::assertCount(2, $left);
        $again = $this->magento($shop, 'backup:restore', 'latest', '--db', '--maintenance');
        $this->assertExit(0, $again);
        self::assertStringContainsString($left[0], $again->stderr);
        self::assertStringNotContainsString('The shop is open', $again->stderr);
        self::assertFileDoesNotExist($shop->path('var/.maintenance.flag'));
    }

    public function testDamagedBackupIsRefused(): void
    {
        $shop = $this->shopWithDatabase('damaged');
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $file = $made->json()['path'] . '/db.tar.zst';
        $handle = fopen($file, 'r+');
        self::assertIsResource($handle);
        fseek($handle, 1000);
        fwrite($handle, "\x00\xff\x00");
        fclose($handle);
        $before = self::server()->contents('damaged');
        $this->assertExit(8, $this->magento($shop, 'backup:restore', 'latest', '--db'));
        self::assertSame($before, self::server()->contents('damaged'));
    }

    public function testOptionFile(): void
    {
        $shop = $this->shopWithDatabase('options');
        unlink($shop->path('app/etc/env.php'));
        $file = Site::directory('options') . '/my.cnf';
        file_put_contents($file, sprintf("[client]\nuser=root\nsocket=%s\n[mysql]\ndatabase=options\n", self::server()->socket));
        $made = $this->magento($shop, 'backup', '--db', "--defaults-file=$file", '--format=json');
        $this->assertExit(0, $made);
        self::assertSame(6, $made->json()['parts'][0]['tables']);
        self::server()->sql('DELETE FROM m2_quote', 'options');
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest', '--db', "--defaults-file=$file"));
        self::assertSame('1', self::server()->sql('SELECT COUNT(*) FROM m2_quote', 'options'));
        $this->assertExit(4, $this->magento($shop, 'backup', '--db'));
        $this->assertExit(4, $this->magento($shop, 'backup', '--db', '--defaults-file=/does/not/exist'));
    }

    public function testEnvFileThatIsNoUsualOne(): void
    {
        $shop = $this->shopWithDatabase('usual');
        $env = $shop->path('app/etc/env.php');
        $usual = (string)file_get_contents($env);
        file_put_contents($env, str_replace('<?php', '<?php echo "noise"; $shop = $name = 1;', $usual));
        $made = $this->magento($shop, 'backup', '--db', '--format=json');
        $this->assertExit(0, $made);
        foreach (['<?php return [', '<?php return 1;', '<?php return [];', '<?php throw new Exception("x");', str_replace("'usual'", "''", $usual)] as $wrong) {
            file_put_contents($env, $wrong);
            $refused = $this->lockstep($shop->path('vendor/bin/lockstep'), $shop->root, 'backup', '--db', '--format=json');
            $this->assertExit(4, $refused);
            self::assertSame('env', $refused->json()['error']['code'], $wrong);
        }
    }

    public function testUpgradeBacksItUp(): void
    {
        $shop = $this->shopWithDatabase('upgraded');
        $done = $this->magento($shop, 'upgrade', '--backup-db', '--format=json');
        $this->assertExit(0, $done);
        $this->assertUpgraded($shop);
        self::assertStringEndsWith("-- Dump completed\n", $this->unpacked($done, 'db.sql', $done->json()['backup']['path']));
    }

    private function unpacked(Result $made, string $member, ?string $set = null): string
    {
        $set ??= $made->json()['path'];
        $result = Program::run(['tar', '--zstd', '-xOf', "$set/db.tar.zst", $member], '/', $this->environment());
        $this->assertExit(0, $result);

        return $result->stdout;
    }

    private function assertStripped(string $dump): void
    {
        foreach (['m2_quote', 'm2_report_event', 'm2_session'] as $table) {
            self::assertStringContainsString("CREATE TABLE `$table`", $dump);
            self::assertStringNotContainsString("INSERT INTO `$table`", $dump);
        }
        self::assertStringContainsString('INSERT INTO `m2_child`', $dump);
        self::assertSame(1, substr_count($dump, "\nDROP TABLE IF EXISTS `m2_session`"));
        self::assertStringContainsString('TRIGGER m2_after_child', $dump);
    }

    private function assertNoBackup(Site $shop): void
    {
        self::assertSame([], glob($shop->path('var/lockstep/backups/*')) ?: []);
    }
}
