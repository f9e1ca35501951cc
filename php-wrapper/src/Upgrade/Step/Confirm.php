<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Upgrade\Baseline;
use Lockstep\MigrationTool\Upgrade\Health;
use Lockstep\MigrationTool\Upgrade\Run;

/** What worked before works again; else everything is taken back. */
final class Confirm implements Step
{
    public function name(): string
    {
        return 'Confirm';
    }

    public function applies(Run $run): bool
    {
        return $run->committed && $run->baseline !== null;
    }

    public function run(Run $run): void
    {
        try {
            $before = $run->baseline?->wait() ?? new Health(false, false, false);
            $after = Baseline::start($run->shop, $run->composer()->php, $run->stage()->temporary())->wait();
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The new state could not be tried; the site is as before');
        }
        $lost = $after->lostSince($before);
        if ($lost !== null) {
            throw new Failure(ExitCode::ROLLED_BACK, 'not-confirmed', $lost, 'The site is as before the upgrade.');
        }
        if (!$before->autoload || !$before->magento) {
            $run->reporter->warning(sprintf('%s did not work before the upgrade either, so it proves nothing now.', $before->autoload ? 'bin/magento' : 'The autoloader'));
        }
    }

    public function undo(Run $run): void
    {
    }
}
