<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\Tree;

/**
 * Keeps Composer from making programs of packages anew that the shop has not, or has as links: it would set the mode of the
 * live file that a staged link leads to, which no fence prevents. A file of another kind in their place is left alone by it.
 */
final class StagedPrograms
{
    private const MARK = 'held by Lockstep';

    /**
     * @param array<string, ?string> $held name => target of the link that was there, null when nothing was
     */
    private function __construct(
        private readonly string $directory,
        private readonly bool $throwAway,
        private readonly array $held,
    ) {
    }

    /**
     * @param string $live      absolute; where the shop has its programs, which may not exist
     * @param string $directory absolute; the staged copy of it
     * @param string $installed absolute; the installed.json that tells the packages' programs
     */
    public static function hold(string $live, string $directory, string $installed): self
    {
        $held = [];
        foreach (self::programs($installed) as $name) {
            $path = $directory . '/' . $name;
            // a program that only the stage lacks belongs to a package that a plugin took away to install it anew
            if (is_link($path) || (!file_exists($path) && !is_file($live . '/' . $name))) {
                $held[$name] = is_link($path) ? (string) readlink($path) : null;
            }
        }
        if ($held !== [] && !is_dir($directory)) {
            mkdir($directory, 0755, true);
        }
        foreach ($held as $name => $link) {
            if ($link !== null) {
                unlink($directory . '/' . $name);
            }
            file_put_contents($directory . '/' . $name, self::MARK);
        }

        return new self($directory, !is_dir($live), $held);
    }

    /** What Composer did not replace becomes what it was; a directory that the shop has not is thrown away. */
    public function release(): void
    {
        if ($this->throwAway) {
            Tree::remove($this->directory);

            return;
        }
        foreach ($this->held as $name => $link) {
            $path = $this->directory . '/' . $name;
            if (is_file($path) && !is_link($path) && file_get_contents($path) === self::MARK) {
                unlink($path);
                if ($link !== null) {
                    symlink($link, $path);
                }
            }
        }
    }

    /** @return list<string> */
    private static function programs(string $installed): array
    {
        $json = is_file($installed) ? json_decode((string) file_get_contents($installed), true) : null;
        $names = [];
        foreach (is_array($json) && is_array($json['packages'] ?? null) ? $json['packages'] : [] as $package) {
            foreach (is_array($package) && is_array($package['bin'] ?? null) ? $package['bin'] : [] as $program) {
                if (is_string($program) && basename($program) !== '') {
                    $names[] = basename($program);
                }
            }
        }

        return array_values(array_unique($names));
    }
}
