<?php

namespace Migration\Step\__STEP__;

use Migration\Step\StepInterface;

/** A fake of the Data stage of the __STEP__ step. */
class Data implements StepInterface
{
    private const STAGE = '__STEP__ Data';

    public function perform(): string
    {
        return self::STAGE . ' done';
    }
}
