<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

/** A MariaDB of the test's own: on a socket in a temporary directory, without a network. */
final class DatabaseServer
{
    public readonly string $directory;
    public readonly string $socket;
    /** @var ?resource */
    private $process = null;

    public function __construct()
    {
        $this->directory = sys_get_temp_dir() . '/lockstep-database-' . bin2hex(random_bytes(4));
        $this->socket = $this->directory . '/socket';
        mkdir($this->directory, 0755);
        $as = [];
        if (posix_geteuid() === 0) { // the server refuses to run as root
            chown($this->directory, 'mysql');
            $as = ['--user=mysql'];
        }
        $made = Program::run(['mariadb-install-db', '--no-defaults', ...$as, "--datadir=$this->directory/data", '--auth-root-authentication-method=normal', '--skip-test-db'], '/', self::environment());
        if ($made->exit !== 0) {
            throw new \RuntimeException((string)$made);
        }
        $this->start($as);
    }

    /** @param list<string> $as */
    private function start(array $as): void
    {
        $log = ['file', "$this->directory/log", 'a'];
        $command = ['mariadbd', '--no-defaults', ...$as, "--datadir=$this->directory/data", "--socket=$this->socket", '--skip-networking', "--pid-file=$this->directory/pid", '--innodb-buffer-pool-size=32M', '--innodb-flush-log-at-trx-commit=0'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes, '/', self::environment());
        $this->process = is_resource($process) ? $process : null;
        for ($i = 0; $i < 600; $i++) {
            if (Program::run([...$this->client(), '-e', 'SELECT 1'], '/', self::environment())->exit === 0) {
                return;
            }
            usleep(50000);
        }
        throw new \RuntimeException("MariaDB does not start:\n" . file_get_contents("$this->directory/log"));
    }

    /** Runs statements as root, and returns what they print, without column names. */
    public function sql(string $sql, string $database = ''): string
    {
        $result = Program::run([...$this->client(), '-N', '-e', $sql, ...($database === '' ? [] : [$database])], '/', self::environment());
        if ($result->exit !== 0) {
            throw new \RuntimeException((string)$result);
        }

        return rtrim($result->stdout, "\n");
    }

    /** Statements with DELIMITER lines, from a file; OWNER in it is the user who has the name of the database. */
    public function load(string $file, string $database): void
    {
        $result = Program::run(['sh', '-c', 'sed "s/OWNER/$2/" "$3" | mariadb --no-defaults -uroot -S "$1" "$2"', 'sh', $this->socket, $database, $file], '/', self::environment());
        if ($result->exit !== 0) {
            throw new \RuntimeException((string)$result);
        }
    }

    /** Everything that a database holds, as text. */
    public function contents(string $database): string
    {
        $result = Program::run(['mariadb-dump', '--no-defaults', '-uroot', "--socket=$this->socket", '--routines', '--events', '--triggers', '--hex-blob', '--skip-dump-date', $database], '/', self::environment());
        if ($result->exit !== 0) {
            throw new \RuntimeException((string)$result);
        }

        return (string)preg_replace('/^-- Host: .*$/m', '', $result->stdout);
    }

    public function pid(): int
    {
        return (int)file_get_contents("$this->directory/pid");
    }

    public function stop(): void
    {
        if ($this->process !== null) {
            proc_terminate($this->process, SIGKILL);
            proc_close($this->process);
            $this->process = null;
        }
        Program::run(['rm', '-rf', $this->directory], '/', self::environment());
    }

    /** @return list<string> */
    private function client(): array
    {
        return ['mariadb', '--no-defaults', '-uroot', "--socket=$this->socket"];
    }

    /** @return array<string, string> */
    private static function environment(): array
    {
        return ['PATH' => '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LC_ALL' => 'C'];
    }
}
