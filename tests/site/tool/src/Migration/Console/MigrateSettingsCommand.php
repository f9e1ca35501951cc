<?php

namespace Migration\Console;

class MigrateSettingsCommand extends AbstractMigrateCommand
{
    protected function mode(): string
    {
        return 'settings';
    }
}
