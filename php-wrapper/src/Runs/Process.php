<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

/** A process known again later, also by another one, although its number may have been given to a third. */
final class Process
{
    /** Seconds beyond its time limit: it is given a minute to end, and then is recorded. */
    private const MARGIN = 120;

    private function __construct(
        public readonly string $node,
        public readonly int $pid,
        private readonly string $birth,
    ) {
    }

    public static function own(): self
    {
        $pid = (int) getmypid();

        return new self((string) gethostname(), $pid, self::birthOf($pid) ?? '');
    }

    /**
     * Does it still run? Where nobody can look, it does for as long as its time limit allows: on another machine, in another
     * container of this one, in a PHP that may not read /proc or sees the processes of its own user alone.
     *
     * @param string $started RFC 3339
     * @param int    $limit   seconds
     */
    public function lives(string $started, int $limit): bool
    {
        $here = self::machine();
        if ($this->node === gethostname() && $this->birth !== '' && $here !== null) {
            if (!str_starts_with($this->birth, explode('/', $here)[0] . '/')) {
                return false; // the machine was started anew
            }
            if (str_starts_with($this->birth, $here . '/') && (self::stat(1) !== [] || self::stat($this->pid) !== [])) {
                return self::birthOf($this->pid) === $this->birth;
            }
        }
        $time = strtotime($started);

        return $time !== false && time() < $time + $limit + self::MARGIN;
    }

    /** @return array{node: string, pid: int, birth: string} */
    public function toArray(): array
    {
        return ['node' => $this->node, 'pid' => $this->pid, 'birth' => $this->birth];
    }

    public static function fromArray(mixed $data): self
    {
        $data = is_array($data) ? $data : [];

        return new self(
            is_string($data['node'] ?? null) ? $data['node'] : '',
            is_int($data['pid'] ?? null) ? $data['pid'] : 0,
            is_string($data['birth'] ?? null) ? $data['birth'] : '',
        );
    }

    /** Machine and start of the process in clock ticks since boot; null: there is none, or nobody may look. */
    private static function birthOf(int $pid): ?string
    {
        $fields = self::stat($pid);
        $machine = self::machine();

        return isset($fields[19]) && $fields[0] !== 'Z' && $machine !== null ? $machine . '/' . $fields[19] : null;
    }

    /** @return list<string> of proc(5), stat, from its third field on */
    private static function stat(int $pid): array
    {
        $stat = $pid > 0 ? (string) @file_get_contents("/proc/$pid/stat") : '';

        return $stat === '' ? [] : explode(' ', substr((string) strrchr($stat, ')'), 2));
    }

    /** This boot of this machine, and the container: each counts its processes by itself. */
    private static function machine(): ?string
    {
        $boot = trim((string) @file_get_contents('/proc/sys/kernel/random/boot_id'));
        $space = @readlink('/proc/self/ns/pid');

        return $boot === '' || $space === false ? null : $boot . '/' . $space;
    }
}
