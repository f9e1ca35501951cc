<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/** Memory for this program, which keeps the limit of its php.ini, and for Composer, which runs without one. */
final class Memory implements Check
{
    private const OWN = 128 * 1024 * 1024;
    private const COMPOSER = 400 * 1024 * 1024;

    public function find(Run $run): array
    {
        $findings = [];
        $limit = (string) ini_get('memory_limit');
        $bytes = self::bytes($limit);
        if ($bytes > 0 && $bytes < self::OWN) {
            $findings[] = Finding::warning('memory-limit', sprintf('memory_limit is %s for this PHP; large shops need %s.', $limit, Terminal::bytes(self::OWN)), sprintf('Run the command with "-d memory_limit=512M", or set it in %s.', php_ini_loaded_file() ?: 'php.ini'));
        }
        $files = ['/proc/meminfo', '/sys/fs/cgroup/memory.max'];
        $free = PhpRestrictions::outside((string) ini_get('open_basedir'), $files) === [] ? self::free(...$files) : null;
        if ($free !== null && $free < self::COMPOSER) {
            $findings[] = Finding::warning('memory', sprintf('Only %s of memory are to be had; Composer takes more when it resolves the packages of a Magento, and the kernel then stops it.', Terminal::bytes($free)), 'Give the machine or the container more memory, or swap.');
        }

        return $findings;
    }

    /** What the kernel would still give, in bytes; a container may be given less. Null when it does not say. */
    public static function free(string $meminfo, string $cgroup): ?int
    {
        $text = is_readable($meminfo) ? (string) file_get_contents($meminfo) : '';
        if (preg_match('/^MemAvailable:\s+(\d+) kB/m', $text, $available) !== 1) {
            return null;
        }
        $swap = preg_match('/^SwapFree:\s+(\d+) kB/m', $text, $match) === 1 ? (int) $match[1] : 0;
        $free = ((int) $available[1] + $swap) * 1024;
        $most = is_readable($cgroup) ? trim((string) file_get_contents($cgroup)) : '';

        return ctype_digit($most) ? min($free, (int) $most) : $free;
    }

    /** "128M" in bytes; -1 is no limit. */
    private static function bytes(string $limit): int
    {
        $power = strpos('kmg', strtolower(substr($limit, -1)));

        return (int) $limit * ($power === false || $limit === '' ? 1 : 1024 ** ($power + 1));
    }
}
