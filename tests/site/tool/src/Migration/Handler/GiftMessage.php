<?php

namespace Migration\Handler;

/** Drops gift messages that do not exist. */
class GiftMessage implements HandlerInterface
{
    public function handle(array $record, string $field): array
    {
        if (empty($record[$field])) {
            $record[$field] = null;
        }

        return $record;
    }
}
