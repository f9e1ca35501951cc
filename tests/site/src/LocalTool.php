<?php

declare(strict_types=1);

namespace Lockstep\Tests\Site;

/** The tool from somewhere else than the shop's Composer repository, which then does not have it. */
final class LocalTool
{
    /**
     * @param array<string, mixed>        $json       composer.json of a shop
     * @param array<string|int, mixed>    $repository the one that has the tool; it comes first
     * @return array<string, mixed>
     */
    public static function from(array $json, string $name, array $repository): array
    {
        $json['repositories']['shop']['exclude'] = [Tool::NAME];
        $json['repositories'] = [$name => $repository] + $json['repositories'];

        return $json;
    }

    /** Zips of all releases. */
    public static function zips(string $directory): void
    {
        $zips = new Repository($directory);
        foreach (Tool::RELEASES as $version) {
            $zips->add(Tool::files($version));
        }
    }

    /** All releases, unpacked, each in a directory of its own. */
    public static function directories(string $directory): void
    {
        foreach (Tool::RELEASES as $version) {
            foreach (Tool::files($version) as $path => $contents) {
                Files::put("$directory/$version/$path", $contents);
            }
        }
    }
}
