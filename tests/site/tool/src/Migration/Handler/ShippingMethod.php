<?php

namespace Migration\Handler;

/**
 * Renames shipping methods.
 *
 * Since 2.4.6 a method that is not known stays as it is.  @@>=2.4.6
 */
class ShippingMethod implements HandlerInterface
{
    private array $methods = [
        'flatrate_flatrate' => 'flatrate_flatrate',
        'freeshipping_freeshipping' => 'freeshipping_freeshipping',
        'ups_GND' => 'ups_03',
        'usps_First-Class' => 'usps_0_FCLE',
    ];

    public function handle(array $record, string $field): array
    {
        $method = $record[$field] ?? '';
        if ($method === '') {  @@<2.4.6
            return $record;  @@<2.4.6
        }  @@<2.4.6
        if ($method === '' || !isset($this->methods[$method])) {  @@>=2.4.6
            return $record;  @@>=2.4.6
        }  @@>=2.4.6
        $record[$field] = $this->methods[$method] ?? $method;  @@<2.4.6
        $record[$field] = $this->methods[$method];  @@>=2.4.6

        return $record;
    }

    public function knows(string $method): bool
    {
        return isset($this->methods[$method]);
    }
}
