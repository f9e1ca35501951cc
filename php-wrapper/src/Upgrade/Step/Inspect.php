<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Step;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Customizations\Save;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Status\Customizations;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Merge as Core;

/** What the user changed in the installed tool, against the release as it was published. */
final class Inspect implements Step
{
    public function name(): string
    {
        return 'Inspect';
    }

    public function applies(Run $run): bool
    {
        return !$run->nothingToDo && $run->pristine !== null && !$run->baseless;
    }

    public function run(Run $run): void
    {
        try {
            $found = Core::classify((string) $run->pristine, $run->shop->path($run->shop->toolPath()));
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, 'The customizations cannot be told');
        }
        if ($run->options->commits()) {
            Save::current($run->shop, $run->reporter, Customizations::found((string) $run->pristine, $found));
        }
        $run->customizations['noise'] = Noise::of($found);
        $found = array_filter($found, static fn (array $item): bool => $item['noise'] === null);
        foreach ($found as $item) {
            $kind = $item['kind'] === 'added' || $item['kind'] === 'deleted' ? $item['kind'] : 'modified';
            $run->customizations[$kind][] = $item['path'];
        }
        $kinds = array_count_values(array_column($found, 'kind'));
        foreach (Noise::lines($run->customizations['noise']) as $line) {
            $run->reporter->line($line . '.');
        }
        $run->reporter->line($found === [] ? 'No customizations.' : sprintf('%d customizations: %s', count($found), implode(', ', array_map(static fn (string $kind, int $count): string => $count . ' ' . $kind, array_keys($kinds), $kinds))));
    }

    public function undo(Run $run): void
    {
    }
}
