<?php

namespace Migration\Step\__STEP__;

use Migration\Step\StepInterface;

/** A fake of the Volume stage of the __STEP__ step. */
class Volume implements StepInterface
{
    private const STAGE = '__STEP__ Volume';

    public function perform(): string
    {
        return self::STAGE . ' done';
    }
}
