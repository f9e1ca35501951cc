<?php

namespace Magento\Framework\Console;

/** Where packages register the class that lists their commands, from a file that Composer's autoloader includes. */
class CommandLocator
{
    /** @var list<class-string> */
    private static $commands = [];

    public static function register($commandListClass)
    {
        self::$commands[] = $commandListClass;
    }

    public static function getCommands()
    {
        return self::$commands;
    }
}
