<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/** The tool's files are of the release that Composer knows: a restore of the tool alone puts another one's there. */
final class ToolFiles implements Fact
{
    public static function of(Shop $shop, ?int $changed): array
    {
        $known = $shop->installed()->toolVersion();
        $file = $shop->path($shop->toolPath() . '/composer.json');
        $json = is_file($file) && is_readable($file) ? json_decode((string) file_get_contents($file), true) : null;
        $found = is_array($json) && is_string($json['version'] ?? null) ? $json['version'] : '';
        if (preg_match('/^\d+(?:\.\d+)+$/', $found) !== 1 || preg_match('/^\d+(?:\.\d+)+$/', $known) !== 1 || $found === $known) {
            return [];
        }

        return [sprintf('bin/magento migration:tool:upgrade %1$s (the files of the tool are those of %1$s, Composer knows it as %2$s)', $found, $known)];
    }
}
