<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** Shops whose code is built and deployed lose an upgrade at the next deployment: the export is for them. */
final class BuiltElsewhere implements Check
{
    public function find(Run $run): array
    {
        $signs = $run->options->export === null ? self::signs($run->shop) : [];

        return $signs === [] ? [] : [Finding::warning(
            'deployed',
            sprintf('This shop seems to be built elsewhere and deployed (%s): the next deployment undoes an upgrade made here.', implode(', ', $signs)),
            'Use --export=DIR: it changes nothing here and writes what the place where the shop is built needs. Or upgrade there.',
        )];
    }

    /** @return list<string> */
    private static function signs(Shop $shop): array
    {
        return array_keys(array_filter([
            'it lies in a releases/ directory' => basename(dirname($shop->root)) === 'releases',
            'a "current" link leads to it' => self::isCurrent($shop->root),
            'it has a REVISION file' => is_file($shop->path('REVISION')),
            'Deployer\'s .dep is above it' => is_dir(dirname($shop->root, 2) . '/.dep') || is_dir($shop->path('.dep')),
            'it runs on Adobe Commerce cloud' => is_string(getenv('MAGENTO_CLOUD_PROJECT')) || is_string(getenv('MAGENTO_CLOUD_ENVIRONMENT')),
            'it has a .magento.app.yaml' => is_file($shop->path('.magento.app.yaml')),
            'its code is in a container\'s image' => self::isInImage($shop->root),
        ]));
    }

    private static function isCurrent(string $root): bool
    {
        foreach ([dirname($root), dirname($root, 2)] as $directory) {
            if (is_link($directory . '/current') && realpath($directory . '/current') === $root) {
                return true;
            }
        }

        return false;
    }

    /** In a container, and on its overlay: code that is mounted into it is edited in place. */
    private static function isInImage(string $root): bool
    {
        $inContainer = is_file('/.dockerenv') || is_file('/run/.containerenv') || is_string(getenv('KUBERNETES_SERVICE_HOST'));

        return $inContainer && self::fileSystem($root) === 'overlay';
    }

    /** The type of the file system of the mount that holds a path; "" where that cannot be told. */
    private static function fileSystem(string $path): string
    {
        $found = ['', ''];
        foreach (is_readable('/proc/self/mountinfo') ? (file('/proc/self/mountinfo', FILE_IGNORE_NEW_LINES) ?: []) : [] as $line) {
            [$mount, $type] = preg_match('~^\d+ \d+ \S+ \S+ (\S+) .* - (\S+) ~', $line, $match) === 1 ? [stripcslashes($match[1]), $match[2]] : ['', ''];
            if ($mount !== '' && str_starts_with($path . '/', rtrim($mount, '/') . '/') && strlen($mount) >= strlen($found[0])) {
                $found = [$mount, $type];
            }
        }

        return $found[1];
    }
}
