<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** The tool's directory is one that Composer installed, and has no config.xml where Magento would read it as its own. */
final class ToolDirectory implements Check
{
    public function find(Run $run): array
    {
        $tool = $run->shop->path($run->shop->toolPath());
        $findings = [];
        if (is_link($tool)) {
            $findings[] = Finding::error('tool-link', sprintf('"%s" is a symlink (a path repository?).', $tool), 'Upgrade the tool where the link leads to. Or let Composer copy it: "options": {"symlink": false} for its repository in composer.json, then "composer update magento/data-migration-tool".');
        } elseif (file_exists($tool . '/.git') && $run->shop->installed()->hasTool()) {
            $findings[] = Finding::warning('tool-source', sprintf('"%s" is a git checkout: what differs from the commit that Composer installed, committed or not, is carried over, and the new release comes from its archive, where it has one.', $tool), 'The old checkout with its .git stays in the backup and in the undo copy; push your commits if they are to be kept for longer.');
        } elseif (is_dir($tool) && !$run->shop->installed()->hasTool()) {
            $findings[] = Finding::error('tool-unknown', sprintf('"%s" is there, but Composer does not know of it.', $tool), 'Move it out of vendor, or require it with Composer first.');
        }
        if (is_file($tool . '/etc/config.xml')) {
            $findings[] = Finding::warning('stray-config', sprintf('"%s" is read by Magento as a module\'s config.xml and breaks setup:upgrade.', $tool . '/etc/config.xml'), 'A config.xml of the tool belongs into etc/<edition>/<version>/.');
        }

        return $findings;
    }
}
