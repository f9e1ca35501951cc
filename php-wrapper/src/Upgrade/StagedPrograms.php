<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\Tree;

/**
 * Programs of packages that the shop has not, or has as links: while Composer runs, small programs that run them stand in the
 * stage, for plugins that call them. Composer leaves those alone; its own it would make anew, and set the mode of the live
 * file that a staged link leads to, which no fence prevents.
 */
final class StagedPrograms
{
    /**
     * @param array<string, array{link: ?string, text: string}> $held name => target of the link that was there, null when nothing was; what stands there instead
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
     * @param string $vendor    absolute; the staged vendor directory
     */
    public static function hold(string $live, string $directory, string $vendor): self
    {
        $held = [];
        if (!is_dir($directory)) {
            mkdir($directory, 0755, true);
        }
        foreach (self::programs($vendor) as $name => $program) {
            $path = $directory . '/' . $name;
            if (!is_link($path) && file_exists($path)) {
                continue;
            }
            $held[$name] = ['link' => is_link($path) ? (string) readlink($path) : null, 'text' => self::standIn($program, $vendor)];
            if (is_link($path)) {
                unlink($path);
            }
            file_put_contents($path, $held[$name]['text']);
            chmod($path, 0755);
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
        foreach ($this->held as $name => ['link' => $link, 'text' => $text]) {
            $path = $this->directory . '/' . $name;
            if (is_file($path) && !is_link($path) && file_get_contents($path) === $text) {
                unlink($path);
                if ($link !== null) {
                    symlink($link, $path);
                }
            }
        }
    }

    private static function standIn(string $program, string $vendor): string
    {
        if (preg_match('/^#!.*\bphp/', (string) file_get_contents($program, false, null, 0, 200)) !== 1) {
            return sprintf("#!/bin/sh\nexec %s \"\$@\"\n", escapeshellarg($program));
        }

        return sprintf(
            "#!/usr/bin/env php\n<?php\n\$GLOBALS['_composer_bin_dir'] = __DIR__;\n\$GLOBALS['_composer_autoload_path'] = %s;\n\nreturn include %s;\n",
            var_export($vendor . '/autoload.php', true),
            var_export($program, true),
        );
    }

    /** @return array<string, string> name => absolute path in its package */
    private static function programs(string $vendor): array
    {
        $installed = $vendor . '/composer/installed.json';
        $json = is_file($installed) ? json_decode((string) file_get_contents($installed), true) : null;
        $programs = [];
        foreach (is_array($json) && is_array($json['packages'] ?? null) ? $json['packages'] : [] as $package) {
            $directory = is_array($package) && is_string($package['install-path'] ?? null) ? $vendor . '/composer/' . $package['install-path'] : null;
            foreach ($directory !== null && is_array($package['bin'] ?? null) ? $package['bin'] : [] as $program) {
                if (is_string($program) && is_file($directory . '/' . $program)) {
                    $programs[basename($program)] ??= $directory . '/' . $program;
                }
            }
        }

        return $programs;
    }
}
