<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\DatabaseTestCase;
use Lockstep\Tests\E2e\Site;

/**
 * What we ask of MySQL's own programs, on fakes of them (tests/e2e/fakes): which options, and which not. What the real ones make
 * of them, and a real MySQL server, is tried nowhere here.
 */
final class MySqlProgramsTest extends DatabaseTestCase
{
    public function testOptionsThatMySqlNeedsAndKnows(): void
    {
        $shop = $this->shopWithDatabase('oracle');
        $before = self::server()->contents('oracle');
        [$bin, $environment] = $this->mySql();
        $made = $this->inShop($shop, $environment, 'backup', '--db', '--format=json');
        $this->assertExit(0, $made);
        $calls = (string)file_get_contents("$bin/mysqldump.calls");
        foreach (['--column-statistics=0', '--set-gtid-purged=OFF', '--no-tablespaces', '--single-transaction', '--skip-lock-tables', '--hex-blob', '--routines', '--events', '--triggers'] as $option) {
            self::assertStringContainsString($option, $calls);
        }
        self::server()->sql('DELETE FROM m2_quote; DROP VIEW m2_view_of_view; DROP PROCEDURE m2_procedure', 'oracle');
        $restored = $this->inShop($shop, $environment, 'backup:restore', 'latest', '--db', '--format=json');
        $this->assertExit(0, $restored);
        self::assertSame('swapped', $restored->json()['parts'][0]['databases'][0]['way']);
        $plain = static fn (string $dump): string => (string)preg_replace('/ DEFINER=`\w+`@`\w+`/', '', $dump);
        self::assertSame($plain($before), $plain(self::server()->contents('oracle')));
    }

    /** It knows no --ignore-table-data: two dumps, one of them of structure alone. */
    public function testStructureAlone(): void
    {
        $shop = $this->shopWithDatabase('bare');
        [$bin, $environment] = $this->mySql();
        $made = $this->inShop($shop, $environment, 'backup', '--db', '--strip=@stripped', '--format=json');
        $this->assertExit(0, $made);
        $calls = explode("\n", trim((string)file_get_contents("$bin/mysqldump.calls")));
        self::assertCount(2, $calls);
        self::assertStringContainsString('--no-data', $calls[0]);
        self::assertStringContainsString('--ignore-table=bare.m2_session', $calls[1]);
    }

    /** A dump of MariaDB's program begins with a line that MySQL's client refuses. */
    public function testTheSandboxLineDoesNotReachMySql(): void
    {
        $shop = $this->shopWithDatabase('moved');
        $maria = $this->programs(['mariadb-dump' => '[ "$2" = --help ] && exec /usr/bin/mariadb-dump "$@"; printf "%s\n" "/*M!999999\\\\- enable the sandbox mode */"; /usr/bin/mariadb-dump "$@" | sed "/^.\\*M\\?!999999/d"']);
        $this->assertExit(0, $this->inShop($shop, $this->environment(['PATH' => "$maria:/usr/bin:/bin"]), 'backup', '--db'));
        [, $environment] = $this->mySql();
        self::server()->sql('DELETE FROM m2_quote', 'moved');
        $this->assertExit(0, $this->inShop($shop, $environment, 'backup:restore', 'latest', '--db'));
        self::assertSame('1', self::server()->sql('SELECT COUNT(*) FROM m2_quote', 'moved'));
    }

    /** @return array{string, array<string, string>} a directory with the fakes under all names that are looked for */
    private function mySql(): array
    {
        $bin = Site::directory('mysql');
        foreach (['mysql' => 'mysql', 'mariadb' => 'mysql', 'mysqldump' => 'mysqldump'] as $name => $fake) {
            copy(Site::project() . "/tests/e2e/fakes/$fake", "$bin/$name");
            chmod("$bin/$name", 0755);
        }

        return [$bin, $this->environment(['PATH' => "$bin:/usr/bin:/bin"])];
    }
}
