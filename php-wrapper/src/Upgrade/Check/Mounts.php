<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Shop\Mount;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Run;

/** What is swapped, and the stage that it is swapped with, lie on one mount that can be written to. Only looks. */
final class Mounts implements Check
{
    public function find(Run $run): array
    {
        $state = Mount::holding(Swapped::state($run->shop));
        if ($state === null || $run->options->export !== null) { // nothing is swapped
            return [];
        }
        $findings = $state->readOnly ? [$state->point => self::readOnly($state, Swapped::state($run->shop))] : [];
        foreach (Swapped::of($run->shop) as $item) {
            $path = $run->shop->path($item);
            $mount = Mount::holding($path);
            if ($mount === null || isset($findings[$mount->point])) {
                continue;
            }
            if ($mount->readOnly) {
                $findings[$mount->point] = self::readOnly($mount, $path);
            } elseif ($mount->point === $path) {
                $findings[$mount->point] = self::own($mount);
            } elseif ($mount->point !== $state->point) {
                $findings[$mount->point] = self::apart($run->shop, $mount, $state);
            }
        }

        return array_values($findings);
    }

    private static function readOnly(Mount $mount, string $path): Finding
    {
        return Finding::error(
            'read-only',
            sprintf('"%s" is mounted read-only (at "%s", %s).', $path, $mount->point, $mount->describe()),
            WayOut::there('where it can be written to (outside of this container, or on the server that shares it)'),
        );
    }

    /** A mount point can neither be renamed nor replaced. */
    private static function own(Mount $mount): Finding
    {
        return Finding::error(
            'exchange-mount',
            sprintf('"%s" is a mount point (%s): it can be written to, but not replaced.', $mount->point, $mount->describe()),
            (is_dir($mount->point) ? '' : 'Mount the directory of the shop instead of this one file. ') . WayOut::there('where it is mounted from'),
        );
    }

    private static function apart(Shop $shop, Mount $mount, Mount $state): Finding
    {
        $one = strlen($state->point) > strlen($mount->point) ? $state : $mount; // the one that was mounted into the other

        return Finding::error(
            'exchange-device',
            sprintf('"%s" is a mount of its own (%s): nothing can be renamed between it and "%s".', $one->point, $one->describe(), $one === $state ? $shop->root : $shop->path(Shop::STATE)),
            WayOut::there('where both are on one file system, with nothing mounted between'),
        );
    }
}
