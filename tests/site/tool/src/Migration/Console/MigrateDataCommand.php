<?php

namespace Migration\Console;

class MigrateDataCommand extends AbstractMigrateCommand
{
    protected function mode(): string
    {
        return 'data';
    }
}
