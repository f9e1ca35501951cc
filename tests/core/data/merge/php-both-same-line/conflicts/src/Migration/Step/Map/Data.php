<?php
namespace Migration\Step\Map;

use Migration\Logger\Logger;

class Data
{
    const SIZE = 10;

    public function perform()
    {
<<<<<<< 2.4.5 with your changes
        $a = 9;
=======
        $a = 2;
>>>>>>> 2.4.6 as released
        return true;
    }

    public function getName()
    {
        return 'data';
    }
}
