<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Extension;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\Tree;

/** Only the Magento file system owner may write: files of another user would break the shop's next deployment. */
final class Owner
{
    public static function check(Shop $shop, bool $allowRoot = false): void
    {
        $owner = fileowner($shop->root);
        $user = posix_geteuid();
        if ($owner === false || $owner === $user || ($user === 0 && $allowRoot)) {
            return;
        }
        $command = implode(' ', array_map(self::quote(...), self::commandLine()));
        throw Failure::preflight(
            'wrong-user',
            sprintf('"%s" belongs to %s, but this runs as %s.', $shop->root, self::name($owner), self::name($user)),
            sprintf('Run it as the Magento file system owner: sudo -u %s %s', self::name($owner), $command) . ($user === 0 ? ' (or add --allow-root where that is meant, in a container).' : ''),
        );
    }

    /** What root made in the state directory (--allow-root) goes to the owner of the shop, who could not use it otherwise. */
    public static function giveState(Shop $shop, Reporter $reporter): void
    {
        $owner = fileowner($shop->root);
        $group = filegroup($shop->root);
        if ($shop->stateElsewhere === null && posix_geteuid() === 0 && $owner !== 0 && $owner !== false && $group !== false && is_dir($shop->state())) {
            try {
                Tree::give($shop->root, Shop::STATE, $owner, $group);
            } catch (CoreException $e) {
                $reporter->warning(sprintf('What root made in "%s" could not be given to the owner of the shop: %s', $shop->state(), $e->getMessage()));
            }
        }
    }

    private static function name(int $uid): string
    {
        $entry = posix_getpwuid($uid);

        return is_array($entry) ? $entry['name'] : '#' . $uid;
    }

    /**
     * How this program was started: the very PHP, its own options ("-d extension=…") and the command's.
     *
     * @return list<string>
     */
    private static function commandLine(): array
    {
        $file = '/proc/self/cmdline';
        $words = is_readable($file) ? explode("\0", rtrim((string) file_get_contents($file), "\0")) : [];
        $arguments = $_SERVER['argv'] ?? [];
        $words = count($words) > 1 ? array_slice($words, 1) : (is_array($arguments) ? array_values(array_filter($arguments, 'is_string')) : []);

        return [Extension::php(), ...$words];
    }

    private static function quote(string $argument): string
    {
        return preg_match('~^[\w./:=@%+-]+$~', $argument) === 1 ? $argument : escapeshellarg($argument);
    }
}
