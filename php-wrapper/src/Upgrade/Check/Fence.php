<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\MigrationTool\Upgrade\WriteFence;
use Lockstep\Platform;

/** The kernel can keep Composer from writing to the live tree; else there must be room for copies, and no other package may change. */
final class Fence implements Check
{
    private const WHY = 'This system cannot keep Composer from writing to the live tree (it gives neither Landlock nor a mount namespace)';
    private const FIX = 'Use Linux 5.13 or later with "landlock" in /sys/kernel/security/lsm. In a container: a runtime whose seccomp profile knows Landlock (Docker 20.10.8 or later).';

    public function find(Run $run): array
    {
        if (!WriteFence::isCopies()) {
            return [];
        }
        if ($run->options->withDependencies) {
            return [Finding::error('no-fence', self::WHY . ', so that other packages cannot be changed safely and --with-dependencies is refused.', self::FIX)];
        }
        $linked = array_filter(WriteFence::copied($run->shop), static fn (string $path): bool => is_link($run->shop->path($path)));
        if ($linked !== []) {
            return [Finding::error('no-fence', sprintf('%s, and "%s" is a symlink, of which no copy can be staged.', self::WHY, implode('", "', $linked)), self::FIX)];
        }
        $findings = [Finding::warning('no-fence', self::WHY . ': the code that plugins write to is copied, and the live tree is compared afterwards.', self::FIX)];
        [$bytes, $inodes] = FreeSpace::needed($run);
        foreach (WriteFence::copied($run->shop) as $path) {
            [$more, $files] = FreeSpace::size($run->shop->path($path)) ?? [0, 0];
            $bytes += $more;
            $inodes += $files;
        }
        $space = Platform::space(FreeSpace::place($run));
        if ($space['bytes'] < $bytes || ($space['inodes'] !== null && $space['inodes'] < $inodes)) {
            $findings[] = Finding::error('no-space', sprintf('The copies need more room: %s and %d inodes in all on the file system of "%s".', Terminal::bytes($bytes), $inodes, $run->shop->root), 'Free some space, or get a fence: ' . self::FIX);
        }

        return $findings;
    }
}
