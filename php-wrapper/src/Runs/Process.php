<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

/** A process known again later, also by another one, although its number may have been given to a third. */
final class Process
{
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
     * Does it still run? On another node nobody can look: there it does for as long as its time limit allows.
     *
     * @param string $started RFC 3339
     * @param int    $limit   seconds
     */
    public function lives(string $started, int $limit): bool
    {
        if ($this->node === gethostname()) {
            return $this->birth !== '' && self::birthOf($this->pid) === $this->birth;
        }
        $time = strtotime($started);

        return $time !== false && time() < $time + $limit + 60;
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

    /** The machine's boot and the process's start in clock ticks since then (proc(5), stat, field 22). */
    private static function birthOf(int $pid): ?string
    {
        $stat = $pid > 0 && is_readable("/proc/$pid/stat") ? (string) file_get_contents("/proc/$pid/stat") : '';
        $fields = explode(' ', substr((string) strrchr($stat, ')'), 2));

        return isset($fields[19]) && $fields[0] !== 'Z' ? trim((string) file_get_contents('/proc/sys/kernel/random/boot_id')) . '/' . $fields[19] : null;
    }
}
