<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Upgrade\Run;

/** Shops whose code is built and deployed lose an upgrade at the next deployment. */
final class BuiltElsewhere implements Check
{
    public function find(Run $run): array
    {
        $sign = match (true) {
            preg_match('~/releases/[^/]+$~', $run->shop->root) === 1 => 'it lies in a releases/ directory',
            is_file($run->shop->path('REVISION')) => 'it has a REVISION file',
            is_string(getenv('MAGENTO_CLOUD_PROJECT')) => 'it runs on Adobe Commerce cloud',
            default => null,
        };

        return $sign === null ? [] : [Finding::warning('deployed', sprintf('This shop seems to be built elsewhere and deployed (%s): the next deployment undoes an upgrade made here.', $sign), 'Upgrade where it is built.')];
    }
}
