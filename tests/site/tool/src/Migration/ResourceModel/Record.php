<?php

namespace Migration\ResourceModel;

class Record
{
    private array $data;

    public function __construct(array $data = [])
    {
        $this->data = $data;
    }

    public function getValue(string $field)
    {
        return $this->data[$field] ?? null;
    }
}
