<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Modules\CodeCheck;
use Lockstep\MigrationTool\Upgrade\Check\Exchange;
use Lockstep\MigrationTool\Upgrade\CommitOrder;
use Lockstep\MigrationTool\Upgrade\PathLinks;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\Verification\Autoloader;
use Lockstep\MigrationTool\Upgrade\Verification\Contents;
use Lockstep\MigrationTool\Upgrade\Verification\Metadata;
use Lockstep\MigrationTool\Upgrade\Verification\StageProbe;
use Lockstep\MigrationTool\Upgrade\Verification\Versions;
use Lockstep\Tree;

/** Proves the staged result before anything live is touched: versions, bytes, syntax, classes, metadata; and the live tree unchanged meanwhile. Then everything that will be swapped is made durable. */
final class Verify implements Step
{
    public function name(): string
    {
        return 'Verify';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo;
    }

    public function run(Run $run): void
    {
        try {
            $probe = StageProbe::start($run); // runs beside the rest
            Versions::check($run);
            Contents::check($run);
            Autoloader::check($run);
            $run->stage()->kept = $run->options->export === null ? CommitOrder::of($run) : [$run->shop->toolPath()];
            Metadata::adopt($run);
            BringBack::modes($run);
            PathLinks::settle($run->shop, $run->stage(), $run->stage()->kept);
            if ($run->options->export === null) {
                foreach (Exchange::mountsBelow($run->shop, $run->stage()->kept) as $finding) { // of packages that Preflight did not know of
                    throw Failure::preflight($finding->code, $finding->message, $finding->fix);
                }
            }
            if ($run->options->commits()) {
                $this->sync($run); // what the commit will rename must be on the disk by then
            }
            $run->proof?->check($run->reporter);
            $probe->check();
            CodeCheck::run($run);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The staged result could not be verified');
        }
    }

    private function sync(Run $run): void
    {
        foreach ($run->stage()->kept as $path) {
            $staged = $run->stage()->path($path);
            if (file_exists($staged) && !is_link($staged)) {
                Tree::sync($staged);
            }
        }
    }

    public function undo(Run $run): void
    {
    }
}
