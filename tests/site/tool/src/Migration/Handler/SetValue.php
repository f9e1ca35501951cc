<?php

namespace Migration\Handler;

/** Sets a field to one value. */
class SetValue implements HandlerInterface
{
    private string $value;

    public function __construct(string $value = '0')
    {
        $this->value = $value;
    }

    public function handle(array $record, string $field): array
    {
        $record[$field] = $this->value;

        return $record;
    }
}
