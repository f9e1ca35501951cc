<?php

namespace Migration\Handler;

/** Replaces values by a map. */
class Convert implements HandlerInterface
{
    /** @var array<string, string> */
    private array $map;

    public function __construct(array $map = [])
    {
        $this->map = $map;
    }

    public function handle(array $record, string $field): array
    {
        $value = $record[$field] ?? '';
        $record[$field] = $this->map[$value] ?? $value;

        return $record;
    }
}
