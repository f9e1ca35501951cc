<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** Shops before Magento 2.3.7 and 2.4.2 have an installer plugin that runs with Composer 1 only. */
final class ComposerOne implements Check
{
    public function find(Run $run): array
    {
        $plugin = $run->shop->installed()->package('magento/magento-composer-installer');

        return $plugin !== null && version_compare(ltrim($plugin['version'], 'v'), '0.2.0', '<') ? [Finding::error(
            'composer-1',
            sprintf('magento/magento-composer-installer %s of this Magento runs with Composer 1 only; Lockstep needs Composer 2.', $plugin['version']),
            'Use "backup" and "diff" here, "releases" for the version that fits, and upgrade the tool by hand. Magento 2.3.7, 2.4.2 and later can be upgraded.',
        )] : [];
    }
}
