<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Process;

/** Composer 2 is there and runs; the kernel can fence it in. */
final class ComposerVersion implements Check
{
    public function find(Run $run): array
    {
        $version = $run->composer()->version($run->stage()->composer);
        $findings = [];
        if (version_compare($version, '2.0.0', '<')) {
            $findings[] = Finding::error('composer-version', sprintf('"%s" is Composer %s; Composer 2 is needed.', $run->composer()->path, $version), 'Give a Composer 2 with --composer=PATH. Shops whose plugins need Composer 1 (Magento before 2.4) can use "diff" and "backup", and the tool upgraded by hand.');
        }
        if (Process::fence() === 'none') {
            $findings[] = $run->options->withDependencies
                ? Finding::error('no-fence', 'This kernel cannot keep Composer from writing to the live tree (no Landlock), so --with-dependencies is refused.', 'Use a kernel from 5.13 on with Landlock enabled.')
                : Finding::warning('no-fence', 'This kernel cannot keep Composer from writing to the live tree (no Landlock): code directories are copied, and the live tree is compared afterwards.');
        }

        return $findings;
    }
}
