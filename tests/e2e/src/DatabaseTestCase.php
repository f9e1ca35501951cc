<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** Shops with databases on a real MariaDB, which the tests of a class share. */
abstract class DatabaseTestCase extends ShopTestCase
{
    protected const PASSWORD = "p\"a's\\s #;=[x] \$é`";

    private static ?DatabaseServer $server = null;

    public static function tearDownAfterClass(): void
    {
        self::stopServer();
    }

    protected static function stopServer(): void
    {
        self::$server?->stop();
        self::$server = null;
    }

    protected static function server(): DatabaseServer
    {
        return self::$server ??= new DatabaseServer();
    }

    /** A shop with a database and a user of this name; the user may make databases that begin so. */
    protected function shopWithDatabase(string $name, ?string $grant = null): Site
    {
        $shop = $this->shop();
        self::server()->sql(sprintf(
            'CREATE DATABASE `%1$s` CHARACTER SET utf8mb4; CREATE USER `%1$s`@localhost IDENTIFIED BY \'%2$s\'; %3$s TO `%1$s`@localhost',
            $name,
            addslashes(self::PASSWORD),
            $grant ?? "GRANT ALL ON `$name%`.*",
        ));
        self::server()->load(Site::project() . '/tests/e2e/data/database.sql', $name);
        $this->env($shop, ['default' => $name], $name);

        return $shop;
    }

    /** @param array<string, string> $connections */
    protected function env(Site $shop, array $connections, string $user): void
    {
        $made = array_map(static fn (string $database): array => ['host' => self::server()->socket, 'dbname' => $database, 'username' => $user, 'password' => self::PASSWORD, 'active' => '1'], $connections);
        file_put_contents($shop->path('app/etc/env.php'), '<?php return ' . var_export(['db' => ['table_prefix' => 'm2_', 'connection' => $made]], true) . ';');
    }

    /**
     * A directory with scripts in place of programs.
     *
     * @param array<string, string> $scripts
     */
    protected function programs(array $scripts, string $shell = 'sh'): string
    {
        $directory = Site::directory('bin');
        foreach ($scripts as $name => $script) {
            file_put_contents("$directory/$name", "#!/bin/$shell\n$script\n");
            chmod("$directory/$name", 0755);
        }

        return $directory;
    }
}
