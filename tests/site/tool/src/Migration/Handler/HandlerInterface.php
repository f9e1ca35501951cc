<?php

namespace Migration\Handler;

/** Changes a value on its way from Magento 1 to Magento 2. */
interface HandlerInterface
{
    public function handle(array $record, string $field): array;
}
