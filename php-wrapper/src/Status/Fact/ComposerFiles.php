<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/** Both files that tell the packages are there: one suffices to read the versions, but not to upgrade. */
final class ComposerFiles implements Fact
{
    public static function of(Shop $shop, ?int $changed): array
    {
        $todo = [];
        if (!is_file($shop->path('composer.lock'))) {
            $todo[] = 'Put composer.lock back, from version control or a backup: it is missing.';
        }
        if (!is_file($shop->path($shop->vendor . '/composer/installed.json'))) {
            $todo[] = sprintf('composer install (%s/composer/installed.json is missing)', $shop->vendor);
        }

        return $todo;
    }
}
