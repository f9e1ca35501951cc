<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Database;

/** How one of the shop's databases is reached. What is secret goes into the option file's text, which no file ever holds. */
final class Connection
{
    public const DEFAULT = 'default';

    /** Where a program finds the option file that it is handed (Process, Database). */
    private const HANDED = '/dev/fd/4';

    /**
     * @param array<string, string> $options of the group [client]: user, password, host, socket, port, ssl-…
     * @param ?string               $file    absolute path of an option file of the user's, which is taken as it is
     */
    public function __construct(
        public readonly string $name,
        public readonly string $database,
        private readonly array $options,
        public readonly ?string $file = null,
    ) {
    }

    /** The member of the archive: db.sql, db-checkout.sql. */
    public function member(): string
    {
        return $this->name === self::DEFAULT ? 'db.sql' : 'db-' . $this->name . '.sql';
    }

    /** The first argument of every program of the database. */
    public function argument(): string
    {
        return '--defaults-file=' . ($this->file ?? self::HANDED);
    }

    /** What the program reads from there; empty when the file is the user's. */
    public function secret(bool $mariaDb): string
    {
        if ($this->file !== null) {
            return '';
        }
        $lines = '';
        foreach ($this->options as $name => $value) {
            $lines .= sprintf("%s=%s\n", $name, self::quoted($value));
        }

        return "[client]\n" . $lines . ($mariaDb ? $this->trustOfMariaDb() : $this->trustOfMySql());
    }

    /** The same server, port and user see the same database twice. */
    public function place(): string
    {
        return implode("\0", [$this->options['host'] ?? '', $this->options['port'] ?? '', $this->options['socket'] ?? '', $this->database]);
    }

    /** Two databases with the same can be named in one statement. */
    public function server(): string
    {
        return $this->file ?? implode("\0", [$this->options['host'] ?? '', $this->options['port'] ?? '', $this->options['socket'] ?? '', $this->options['user'] ?? '']);
    }

    public function withDatabase(string $database): self
    {
        return new self($this->name, $database, $this->options, $this->file);
    }

    /** For people: where it is, never the password. */
    public function __toString(): string
    {
        if ($this->file !== null) {
            return sprintf('"%s" (%s)', $this->database, $this->file);
        }
        $host = $this->options['socket'] ?? ($this->options['host'] ?? 'localhost') . (isset($this->options['port']) ? ':' . $this->options['port'] : '');

        return sprintf('"%s" on %s as %s', $this->database, $host, $this->options['user'] ?? '?');
    }

    /** As the shop's own connection: a server's certificate is looked at only when the shop says how. */
    private function trustOfMariaDb(): string
    {
        return isset($this->options['ssl-ca']) || isset($this->options['ssl-capath']) ? "loose-ssl-verify-server-cert\n" : "loose-skip-ssl-verify-server-cert\n";
    }

    private function trustOfMySql(): string
    {
        return isset($this->options['ssl-ca']) || isset($this->options['ssl-capath']) ? "loose-ssl-mode=VERIFY_CA\n" : "loose-ssl-mode=PREFERRED\n";
    }

    /** Option files know these escapes within quotes. */
    private static function quoted(string $value): string
    {
        return '"' . strtr($value, ['\\' => '\\\\', '"' => '\\"', "\n" => '\\n', "\r" => '\\r', "\t" => '\\t']) . '"';
    }
}
