<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Database;

use Lockstep\MigrationTool\Database\Connections;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class ConnectionsTest extends TestCase
{
    use TemporaryDirectory;

    public function testHostsAsMagentoReadsThem(): void
    {
        foreach ([
            [['host' => 'db.example'], "host=\"db.example\"\n"],
            [['host' => 'db.example:3307'], "host=\"db.example\"\nport=\"3307\"\n"],
            [['host' => 'db.example', 'port' => 3308], "host=\"db.example\"\nport=\"3308\"\n"],
            [['host' => '/run/mysqld/my.sock'], "socket=\"/run/mysqld/my.sock\"\n"],
            [['host' => 'localhost', 'unix_socket' => '/run/other.sock'], "socket=\"/run/other.sock\"\n"],
            [['host' => ''], "host=\"localhost\"\n"],
        ] as [$data, $expected]) {
            $secret = $this->connections(['default' => $data])->all[0]->secret(true);
            self::assertStringContainsString("[client]\n" . $expected, $secret);
            self::assertStringContainsString('password="pa\\"ss\\\\w#ord"', $secret);
        }
    }

    public function testTls(): void
    {
        $connection = $this->connections(['default' => ['host' => 'x', 'driver_options' => [1009 => '/etc/ca.pem', 1014 => false, 2 => 5]]])->all[0];
        self::assertStringContainsString("ssl-ca=\"/etc/ca.pem\"\n", $connection->secret(true));
        self::assertStringContainsString("loose-ssl-verify-server-cert\n", $connection->secret(true));
        self::assertStringContainsString("loose-ssl-mode=VERIFY_CA\n", $connection->secret(false));
        $connection = $this->connections(['default' => ['host' => 'x']])->all[0];
        self::assertStringContainsString("loose-skip-ssl-verify-server-cert\n", $connection->secret(true));
        self::assertStringContainsString("loose-ssl-mode=PREFERRED\n", $connection->secret(false));
    }

    public function testEachDatabaseOnce(): void
    {
        $connections = $this->connections([
            'indexer' => ['host' => 'x'],
            'default' => ['host' => 'x'],
            'checkout' => ['host' => 'y'],
            'sales' => ['host' => 'x', 'dbname' => 'sales'],
            'off' => ['host' => 'z', 'active' => '0'],
            '../odd' => ['host' => 'z'],
        ]);
        self::assertSame(['db.sql', 'db-checkout.sql', 'db-sales.sql'], array_map(static fn ($one): string => $one->member(), $connections->all));
        self::assertSame('m2_', $connections->prefix);
        self::assertNull($connections->byMember('db-off.sql'));
        self::assertStringNotContainsString('pa"ss', (string) $connections->all[0]);
    }

    public function testOptionFile(): void
    {
        $shop = $this->shop(['default' => ['host' => 'x']]);
        $file = $this->temporaryDirectory() . '/my.cnf';
        file_put_contents($file, "[client]\nuser=u\ndatabase=not_this\n[mysql]\n# database=nor_this\n");
        $connection = Connections::of($shop, $file)->all[0];
        self::assertSame(['shop', '--defaults-file=' . $file, ''], [$connection->database, $connection->argument(), $connection->secret(true)]);
        file_put_contents($file, "[mysql]\n database = \"other\"\n", FILE_APPEND);
        self::assertSame('other', Connections::of($shop, $file)->all[0]->database);
        unlink($shop->path('app/etc/env.php'));
        self::assertSame('', Connections::of($shop, $file)->prefix);
        file_put_contents($file, "[client]\nuser=u\n");
        $this->expectException(Failure::class);
        Connections::of($shop, $file);
    }

    /** @param array<string, array<mixed>> $connections */
    private function connections(array $connections): Connections
    {
        return Connections::of($this->shop($connections));
    }

    /** @param array<string, array<mixed>> $connections */
    private function shop(array $connections): Shop
    {
        $root = $this->temporaryDirectory() . '/' . bin2hex(random_bytes(4));
        mkdir($root . '/app/etc', 0755, true);
        $made = array_map(static fn (array $one): array => $one + ['dbname' => 'shop', 'username' => 'u', 'password' => 'pa"ss\\w#ord', 'active' => '1'], $connections);
        file_put_contents($root . '/app/etc/env.php', '<?php return ' . var_export(['db' => ['table_prefix' => 'm2_', 'connection' => $made]], true) . ';');

        return new Shop($root, 'vendor');
    }
}
