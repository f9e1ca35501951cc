<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

/** Where vendor/bin/lockstep really stands: in this package, whatever vendor and bin are called. */
class Program
{
    public function path(): string
    {
        return dirname(__DIR__) . '/bin/lockstep';
    }
}
