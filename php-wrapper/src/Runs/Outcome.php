<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

/** How a run ended, in one word; the values stand in records, and never change. */
enum Outcome: string
{
    case Running = 'running';
    case Done = 'done';
    /** Something is to be done by a person. */
    case ActionRequired = 'action-required';
    /** It found a reason not to begin: nothing was changed. */
    case Refused = 'refused';
    /** Another run was at work. */
    case Busy = 'busy';
    case Failed = 'failed';
    /** It never told its end: killed, or the machine went down. */
    case Died = 'died';

    /** Is it one that a person must hear of? */
    public function isFailure(): bool
    {
        return match ($this) {
            self::Running, self::Done, self::ActionRequired => false,
            default => true,
        };
    }
}
