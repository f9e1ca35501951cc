<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;

/** The databases of a shop and the prefix of their tables: from app/etc/env.php, or from an option file of the user's. */
final class Connections
{
    /** @param non-empty-list<Connection> $all */
    private function __construct(
        public readonly array $all,
        public readonly string $prefix,
    ) {
    }

    public static function of(Shop $shop, ?string $defaultsFile = null): self
    {
        if ($defaultsFile === null) {
            $env = EnvFile::read($shop);
            $all = $env->connections();

            return $all === [] ? throw Failure::preflight('env', 'All database connections in app/etc/env.php are switched off.', 'Give the connection with --defaults-file=FILE.') : new self($all, $env->prefix());
        }
        $path = realpath($defaultsFile);
        if ($path === false || !is_file($path) || !is_readable($path)) {
            throw Failure::preflight('defaults-file', sprintf('The option file "%s" is missing or not readable by this user.', $defaultsFile), 'It has a group [client] with user, password, host or socket.');
        }
        $env = is_file($shop->path(EnvFile::PATH)) ? EnvFile::read($shop) : null;
        $database = self::database($path) ?? ($env === null ? null : $env->connections()[0]->database ?? null);
        if ($database === null) {
            throw Failure::preflight('defaults-file', sprintf('Neither app/etc/env.php nor "%s" names the database.', $path), 'Add a group [mysql] with "database=NAME" to it.');
        }

        return new self([new Connection(Connection::DEFAULT, $database, [], $path)], $env === null ? '' : $env->prefix());
    }

    public function byMember(string $member): ?Connection
    {
        foreach ($this->all as $connection) {
            if ($connection->member() === $member) {
                return $connection;
            }
        }

        return null;
    }

    /** "database" of the group [mysql], which the client itself would take, too. */
    private static function database(string $path): ?string
    {
        $group = '';
        foreach (file($path, FILE_IGNORE_NEW_LINES) ?: [] as $line) {
            if (preg_match('/^\s*\[([^\]]*)\]/', $line, $found) === 1) {
                $group = trim($found[1]);
            } elseif ($group === 'mysql' && preg_match('/^\s*database\s*=\s*(["\']?)(.*?)\1\s*$/', $line, $found) === 1 && $found[2] !== '') {
                return $found[2];
            }
        }

        return null;
    }
}
