<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Probe;
use Lockstep\MigrationTool\Shop\Mount;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** The file system can swap what will be swapped: tried with scratch entries beside the real ones. */
final class Exchange implements Check
{
    public function find(Run $run): array
    {
        if ($run->options->export !== null) { // nothing is swapped
            return [];
        }

        return self::of($run->shop, Swapped::of($run->shop), $run->stage()->relative);
    }

    /**
     * @param list<string> $items relative to the root
     * @param string       $stage relative to the root
     *
     * @return list<Finding>
     */
    public static function of(Shop $shop, array $items, string $stage): array
    {
        return [...self::mountsBelow($shop, $items), ...Probe::with($shop, $items, $stage, static fn (callable $probe): array => self::findings($shop, $items, $probe))];
    }

    /**
     * A rename takes along what is mounted below a directory.
     *
     * @param list<string> $items relative to the root
     *
     * @return list<Finding>
     */
    public static function mountsBelow(Shop $shop, array $items): array
    {
        $findings = [];
        foreach ($items as $item) {
            foreach (array_diff(Mount::within($shop->path($item)), [$shop->path($item)]) as $mount) {
                $findings[] = Finding::error('tool-mount', sprintf('"%s" is a mount point below "%s", which is swapped whole.', $mount, $shop->path($item)), 'Unmount it, and copy what it holds to its place.');
            }
        }

        return $findings;
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
                $started = hrtime(true);
                $finding = self::finding($probe($item), $shop->path($item), (hrtime(true) - $started) / 1e6);
            } catch (CoreException $e) {
                $finding = Finding::error('exchange-' . $e->getStatus(), sprintf('"%s": %s.', $shop->path($item), rtrim($e->getMessage(), '.')), $e->getHint());
            }
            if ($finding !== null && ($finding->stops || $item === $shop->toolPath())) {
                $findings[] = $finding;
            }
        }

        return $findings;
    }

    private static function finding(string $problem, string $path, float $milliseconds): ?Finding
    {
        return match ($problem) {
            'ok' => null,
            'two-renames' => Finding::warning(
                'two-renames',
                sprintf('The file system cannot swap two entries in one step: "%s" will be absent while it is renamed, about as long as a trial just took (%s ms), and bin/magento does not boot meanwhile. Files are never absent.', $path, number_format(max(0.1, $milliseconds), 1, '.', '')),
                'If that is too long, enable the maintenance mode and stop cron first. Should the run be killed just then, vendor/bin/lockstep-recover brings it back.',
            ),
            'symlink' => Finding::error('exchange-symlink', sprintf('"%s" is a symlink.', $path), 'Replace it by what it points to, or upgrade where that is.'),
            'mount' => Finding::error('exchange-mount', sprintf('"%s" is a mount point: it can be written to, but not replaced.', $path), WayOut::there('where it is mounted from')),
            'device' => Finding::error('exchange-device', sprintf('"%s" lies on another file system than var/lockstep.', $path), WayOut::there('where both are on one file system, with nothing mounted between')),
            'read-only' => Finding::error('read-only', sprintf('"%s" lies on a file system that is mounted read-only.', $path), WayOut::there('where it can be written to')),
            'lower' => Finding::error('exchange-lower', sprintf('"%s" comes from a layer of an image (overlayfs), from which a directory cannot be renamed.', $path), WayOut::image()),
            default => Finding::error('exchange-' . $problem, sprintf('"%s" lies on a file system on which an entry cannot be recognised after a rename, so that nothing could be taken back after a crash.', $path), WayOut::there('on a local file system (ext4, xfs, btrfs)')),
        };
    }
}
