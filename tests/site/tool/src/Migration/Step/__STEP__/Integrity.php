<?php

namespace Migration\Step\__STEP__;

use Migration\Step\StepInterface;

/** A fake of the Integrity stage of the __STEP__ step. */
class Integrity implements StepInterface
{
    private const STAGE = '__STEP__ Integrity';

    public function perform(): string
    {
        return self::STAGE . ' done';
    }
}
