<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

/** Which sets go, which stay, and why. */
final class PrunePlan
{
    /**
     * @param list<array{id: string, reasons: list<string>}>             $kept    oldest first
     * @param list<array{id: string, bytes: int, reason: string}>        $removed in the order in which they go
     * @param list<array{name: string, reason: string}>                  $ignored what is not ours
     * @param int                                                        $bytes   of what stays
     */
    public function __construct(
        public readonly array $kept,
        public readonly array $removed,
        public readonly array $ignored,
        public readonly int $bytes,
    ) {
    }

    public function freed(): int
    {
        return array_sum(array_column($this->removed, 'bytes'));
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return ['kept' => $this->kept, 'removed' => $this->removed, 'ignored' => $this->ignored, 'freed_bytes' => $this->freed(), 'kept_bytes' => $this->bytes];
    }
}
