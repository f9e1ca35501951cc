<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\CoreException;
use Lockstep\Lock;
use Lockstep\MigrationTool\Upgrade\Run;

/** Nobody else works on the shop. For who does not hold the lock: an upgrade does. */
final class AnotherRun implements Check
{
    public function find(Run $run): array
    {
        try {
            Lock::acquire($run->shop->root)->release();
        } catch (CoreException $e) {
            return [Finding::warning($e->getStatus(), sprintf('%s: %s', $run->shop->root, $e->getMessage()), $e->getHint() === '' ? 'Wait until it has ended.' : $e->getHint())];
        }

        return [];
    }
}
