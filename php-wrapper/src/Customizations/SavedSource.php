<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Reporter;
use Lockstep\Tree;

/** Saved customizations, put into a copy of the release that they were made in. */
final class SavedSource implements Source
{
    public function __construct(private readonly Saved $saved)
    {
    }

    public function id(): string
    {
        return $this->saved->id;
    }

    public function base(): Base
    {
        return $this->saved->base;
    }

    public function into(string $to, string $pristine, Reporter $reporter): void
    {
        Tree::copy($pristine, $to);
        $this->saved->into($to);
    }
}
