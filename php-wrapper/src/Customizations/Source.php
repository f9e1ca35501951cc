<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Reporter;

/** Customizations that are brought back: those saved, or those in a backup. */
interface Source
{
    public function id(): string;

    public function base(): Base;

    /** Makes the tool as it was with them in $to, which is absent; $pristine has the base as it was released. */
    public function into(string $to, string $pristine, Reporter $reporter): void;
}
