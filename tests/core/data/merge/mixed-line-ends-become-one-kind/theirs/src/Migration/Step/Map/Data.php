<?php
namespace Migration\Step\Map;

use Migration\Logger\Logger;

class Data
{
    const SIZE = 10;

    public function perform()
    {
        $a = 2;
        return true;
    }

    public function getName()
    {
        return 'data';
    }
}
