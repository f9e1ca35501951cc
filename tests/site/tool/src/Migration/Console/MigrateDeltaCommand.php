<?php

namespace Migration\Console;

class MigrateDeltaCommand extends AbstractMigrateCommand
{
    protected function mode(): string
    {
        return 'delta';
    }
}
