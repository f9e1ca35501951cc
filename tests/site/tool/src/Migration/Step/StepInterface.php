<?php

namespace Migration\Step;

/** One stage of a step. */
interface StepInterface
{
    public function perform(): string;
}
