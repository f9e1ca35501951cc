<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;

/** The databases that app/etc/env.php names. The file is PHP: it alone is run, its output dropped, and nothing of Magento. */
final class EnvFile
{
    public const PATH = 'app/etc/env.php';

    /** Numbers of PDO's TLS options, which are there only with pdo_mysql, and the programs' names for them. */
    private const TLS = [1007 => 'ssl-key', 1008 => 'ssl-cert', 1009 => 'ssl-ca', 1010 => 'ssl-capath', 1011 => 'ssl-cipher'];

    /** @param array<mixed> $data */
    private function __construct(private readonly array $data)
    {
    }

    public static function read(Shop $shop): self
    {
        $path = $shop->path(self::PATH);
        if (!is_file($path) || !is_readable($path)) {
            throw Failure::preflight('env', sprintf('"%s" is missing or not readable by this user: it tells how the database is reached.', $path), 'Run it as the Magento file system owner, or give the connection with --defaults-file=FILE.');
        }
        ob_start();
        try {
            $data = (static fn (): mixed => include $path)();
        } catch (\Throwable $e) {
            throw Failure::preflight('env', sprintf('"%s" cannot be read: %s', $path, $e->getMessage()), 'Does "php -l" find a mistake in it? Does this PHP have pdo_mysql, whose constants it may name?');
        } finally {
            ob_end_clean();
        }
        if (!is_array($data)) {
            throw Failure::preflight('env', sprintf('"%s" returns no array.', $path), 'Give the connection with --defaults-file=FILE.');
        }

        return new self($data);
    }

    /** @return array<mixed> none when it has no such section */
    public function section(string $name): array
    {
        return is_array($this->data[$name] ?? null) ? $this->data[$name] : [];
    }

    public function prefix(): string
    {
        $db = $this->data['db'] ?? null;

        return is_array($db) && is_string($db['table_prefix'] ?? null) ? $db['table_prefix'] : '';
    }

    /**
     * Each database once, the default one first. Those that are switched off are no connections.
     *
     * @return list<Connection>
     */
    public function connections(): array
    {
        $db = $this->data['db'] ?? null;
        $given = is_array($db) && is_array($db['connection'] ?? null) ? $db['connection'] : [];
        if (!is_array($given[Connection::DEFAULT] ?? null)) {
            throw Failure::preflight('env', 'app/etc/env.php names no default database connection (db.connection.default).', 'Is Magento installed? Else give the connection with --defaults-file=FILE.');
        }
        $found = [];
        foreach ([Connection::DEFAULT => $given[Connection::DEFAULT]] + $given as $name => $one) {
            if (!is_array($one) || (string) $name === '' || preg_match('/^[\w-]+$/', (string) $name) !== 1 || in_array($one['active'] ?? '1', ['0', 0, false], true)) {
                continue;
            }
            $connection = self::connection((string) $name, $one);
            $found[$connection->place()] ??= $connection;
        }

        return array_values($found);
    }

    /** @param array<mixed> $data */
    private static function connection(string $name, array $data): Connection
    {
        $text = static fn (string $key): string => is_scalar($data[$key] ?? null) ? (string) $data[$key] : '';
        if ($text('dbname') === '') {
            throw Failure::preflight('env', sprintf('The database connection "%s" in app/etc/env.php names no database (dbname).', $name), 'Correct it, or give the connection with --defaults-file=FILE.');
        }
        $options = self::server($text('host'), $text('port'), $text('unix_socket')) + ['user' => $text('username'), 'password' => $text('password')];
        foreach (is_array($data['driver_options'] ?? null) ? $data['driver_options'] : [] as $key => $value) {
            if (isset(self::TLS[$key]) && is_string($value) && $value !== '') {
                $options[self::TLS[$key]] = $value;
            }
        }

        return new Connection($name, $text('dbname'), $options);
    }

    /**
     * As Magento reads a host: a path is a socket, a port may stand behind a colon.
     *
     * @return array<string, string>
     */
    private static function server(string $host, string $port, string $socket): array
    {
        if (str_contains($host, '/')) {
            return ['socket' => $host];
        }
        if ($socket !== '') {
            return ['socket' => $socket];
        }
        if ($port === '' && preg_match('/^([^:]+):(\d+)$/', $host, $found) === 1) {
            [, $host, $port] = $found;
        }

        return ['host' => $host === '' ? 'localhost' : $host] + ($port === '' ? [] : ['port' => $port]);
    }
}
