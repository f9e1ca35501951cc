<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** Customizations that are hard to carry in a patch: names, line ends, modes, links, contents. */
final class Awkward
{
    public const BINARY = 'etc/acme.bin';

    public static function apply(string $tool, bool $withBinary = false): void
    {
        Files::put("$tool/etc/Åcme files/map (copy) \"1\".xml", "<map>\n</map>\n");
        Files::put("$tool/bin/acme migrate", "#!/bin/sh\nexit 0\n", 0755);
        Files::put("$tool/etc/acme.ini", "; written on Windows\r\n[acme]\r\nlast = 1");
        Files::put("$tool/etc/empty", '');
        symlink('acme.ini', "$tool/etc/acme-current.ini");
        Files::put("$tool/CHANGELOG.md", str_replace("\n", "\r\n", rtrim(Files::get("$tool/CHANGELOG.md"), "\n")));
        Files::put("$tool/src/Migration/Handler/Convert.php", rtrim(Files::get("$tool/src/Migration/Handler/Convert.php"), "\n"));
        chmod("$tool/src/Migration/cli_commands.php", 0755);
        foreach (['Integrity', 'Volume', 'Data'] as $class) {
            unlink("$tool/src/Migration/Step/Ratings/$class.php");
        }
        rmdir("$tool/src/Migration/Step/Ratings");
        if ($withBinary) {
            Files::put("$tool/" . self::BINARY, "acme\0" . random_bytes(64));
        }
    }
}
