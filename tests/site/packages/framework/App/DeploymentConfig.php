<?php

namespace Magento\Framework\App;

/** A fake: app/etc/env.php by paths ("lock/provider"). */
class DeploymentConfig
{
    private array $data;

    public function __construct()
    {
        $this->data = is_readable(BP . '/app/etc/env.php') ? (array)require BP . '/app/etc/env.php' : [];
    }

    public function get($key = null, $defaultValue = null)
    {
        if ($key === 'lock/provider') {
            return 'fake'; // no database stands behind the sample shop
        }
        $value = $this->data;
        foreach (explode('/', (string)$key) as $part) {
            $value = is_array($value) ? ($value[$part] ?? null) : null;
        }

        return $value ?? $defaultValue;
    }

    public function isDbAvailable()
    {
        return $this->get('db') !== null;
    }
}
