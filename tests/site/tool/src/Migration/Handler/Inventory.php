@@file >=2.4.6
<?php

namespace Migration\Handler;

/** Moves stock to the default source. */
class Inventory implements HandlerInterface
{
    public function handle(array $record, string $field): array
    {
        $record['source_code'] = 'default';

        return $record;
    }
}
