<?php

namespace Migration\Logger;

class Logger
{
    public $lines = [];
    private int $level = 200;  @@>=2.4.6.1

    public function info(string $line): void
    {
        $this->lines[] = $line;
    }
}
