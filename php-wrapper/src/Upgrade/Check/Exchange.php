<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Probe;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** The file system can swap what will be swapped: tried beside each of the real entries. */
final class Exchange implements Check
{
    private const PROBLEMS = [
        'symlink' => ['is a symlink', 'Replace it by what it points to, or upgrade where that is.'],
        'mount' => ['is a mount point', 'Run the upgrade where the files are, outside the container for instance.'],
        'device' => ['lies on another file system than var/lockstep', 'Let var/lockstep be on the file system of the code.'],
        'unsupported' => ['lies on a file system that cannot swap two entries atomically', 'Run the upgrade on a local file system (ext4, xfs, btrfs) and deploy the result.'],
        'lower' => ['comes from a lower layer of an image', 'Run the upgrade where the image is built.'],
    ];

    public function find(Run $run): array
    {
        $shop = $run->shop;
        $items = [$shop->toolPath(), $shop->vendor . '/composer/installed.json', $shop->vendor . '/autoload.php', 'composer.json', 'composer.lock', 'app/etc/vendor_path.php'];
        $items = array_values(array_filter($items, static fn (string $item): bool => is_dir(dirname($shop->path($item)))));

        return Probe::with($shop, $items, $run->stage()->relative, static fn (callable $probe): array => self::findings($shop, $items, $probe));
    }

    /**
     * @param list<string>             $items
     * @param callable(string): string $probe
     *
     * @return list<Finding>
     */
    private static function findings(Shop $shop, array $items, callable $probe): array
    {
        $findings = [];
        foreach ($items as $item) {
            try {
                $problem = $probe($item);
            } catch (CoreException $e) {
                $findings[] = Finding::error('exchange-' . $e->getStatus(), $e->getMessage(), $e->getHint());
                continue;
            }
            if ($problem !== 'ok') {
                [$what, $fix] = self::PROBLEMS[$problem] ?? [$problem, ''];
                $findings[] = Finding::error('exchange-' . $problem, sprintf('"%s" %s.', $shop->path($item), $what), $fix);
            }
        }

        return $findings;
    }
}
