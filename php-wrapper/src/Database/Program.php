<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\Process;

/** A program of MariaDB or MySQL on this machine: whose it is, and which options it knows. */
final class Program
{
    private const PLACES = ['/usr/local/bin', '/usr/bin', '/usr/local/mysql/bin', '/usr/local/mariadb/bin', '/opt/mysql/bin'];

    /** @var array<string, string> what programs answered, by path: each is asked once in a run, as starting one costs 10 ms */
    private static array $answers = [];

    private function __construct(
        public readonly string $path,
        public readonly bool $mariaDb,
    ) {
    }

    /** The client, the one of the server's own kind before the other. */
    public static function client(?bool $mariaDb = null): self
    {
        return self::find(['mariadb', 'mysql'], $mariaDb);
    }

    public static function dump(bool $mariaDb): self
    {
        return self::find(['mariadb-dump', 'mysqldump'], $mariaDb);
    }

    /** @param non-empty-list<string> $names */
    private static function find(array $names, ?bool $mariaDb): self
    {
        $first = null;
        $searched = array_filter(explode(':', (string) getenv('PATH')), static fn (string $directory): bool => str_starts_with($directory, '/'));
        foreach ($names as $name) {
            foreach ([...$searched, ...self::PLACES] as $directory) {
                $path = $directory . '/' . $name;
                if (!is_file($path) || !is_executable($path)) {
                    continue;
                }
                $found = new self($path, str_contains(self::help($path), 'MariaDB'));
                if ($mariaDb === null || $found->mariaDb === $mariaDb) {
                    return $found;
                }
                $first ??= $found;
            }
        }

        return $first ?? throw Failure::preflight('database-program', sprintf('Neither %s was found.', implode(' nor ', $names)), 'Install the client programs of the database (Debian: mariadb-client or mysql-client), or put their directory into PATH.');
    }

    /** Does it know this option? Asked of the program itself, as versions and forks differ. */
    public function has(string $option): bool
    {
        return preg_match('/--' . preg_quote($option, '/') . '\b(?!-)/', self::help($this->path)) === 1;
    }

    /**
     * What any program of the database is started with: nothing of ours.
     *
     * @return array<string, string>
     */
    public static function environment(): array
    {
        return ['PATH' => '/usr/local/bin:/usr/bin:/bin', 'LC_ALL' => 'C'];
    }

    /** Its options, and first its version. */
    private static function help(string $path): string
    {
        try {
            return self::$answers[$path] ??= Process::run([$path, '--no-defaults', '--help'], self::environment(), timeout: 60)['output'];
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, sprintf('"%s" could not be started', $path));
        }
    }
}
