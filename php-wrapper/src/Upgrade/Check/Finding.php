<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** What a check found, and how it is put right. */
final class Finding
{
    private function __construct(
        public readonly bool $stops,
        public readonly string $code,
        public readonly string $message,
        public readonly string $fix,
    ) {
    }

    public static function error(string $code, string $message, string $fix): self
    {
        return new self(true, $code, $message, $fix);
    }

    public static function warning(string $code, string $message, string $fix = ''): self
    {
        return new self(false, $code, $message, $fix);
    }

    /** @return list<string> message and fix as lines for a person; the fix of a message of several lines has one of its own */
    public function lines(string $before = ''): array
    {
        $lines = explode("\n", $before . $this->message);
        if (count($lines) === 1) {
            return [trim($lines[0] . ' ' . $this->fix)];
        }

        return $this->fix === '' ? $lines : [...$lines, ltrim($this->fix)];
    }

    /** @return array{level: string, code: string, message: string, fix: string} */
    public function toArray(): array
    {
        return ['level' => $this->stops ? 'error' : 'warning', 'code' => $this->code, 'message' => $this->message, 'fix' => $this->fix];
    }
}
