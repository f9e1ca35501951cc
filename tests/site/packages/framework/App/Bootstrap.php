<?php

namespace Magento\Framework\App;

/** A fake of what bin/magento, cron and scripts of others begin with: gives the object manager. */
class Bootstrap
{
    public static function create($rootDir, array $initParams)
    {
        return new self();
    }

    public function getObjectManager()
    {
        return ObjectManager::getInstance();
    }
}
