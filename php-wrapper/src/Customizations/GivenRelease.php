<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** A tool that a person gives: a directory, or a zip or tar of a release. */
final class GivenRelease
{
    private function __construct(
        public readonly string $directory,
        /** As its composer.json says, else the name of what was given. */
        public readonly string $version,
        public readonly bool $isVersionKnown,
    ) {
    }

    /** @param string $unpackTo a private directory for an archive, absent */
    public static function of(string $option, string $given, string $unpackTo): self
    {
        $path = realpath($given);
        if ($path === false) {
            throw Failure::preflight('no-release', sprintf('There is no "%s" (--%s).', $given, $option));
        }
        $directory = is_dir($path) ? $path : self::unpack($option, $path, $unpackTo);
        $file = $directory . '/composer.json';
        $json = is_file($file) ? json_decode((string) file_get_contents($file), true) : null;
        if (!is_array($json) || ($json['name'] ?? null) !== Shop::TOOL) {
            throw Failure::preflight('no-release', sprintf('"%s" (--%s) holds no %s: it has no composer.json of that name.', $given, $option, Shop::TOOL));
        }
        $version = is_string($json['version'] ?? null) ? ltrim($json['version'], 'v') : '';

        return new self($directory, $version === '' ? basename($path) : $version, $version !== '');
    }

    /** Two of the same version, or of versions that are not told. */
    public function isLike(self $other): bool
    {
        return !$this->isVersionKnown || !$other->isVersionKnown || $this->version === $other->version;
    }

    private static function unpack(string $option, string $archive, string $to): string
    {
        Tree::privateDirectory($to);
        try {
            Archive::unpack($archive, $to);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::PREFLIGHT, sprintf('"%s" (--%s) cannot be unpacked', $archive, $option));
        }
        $entries = Files::names($to);

        return count($entries) === 1 && is_dir($to . '/' . $entries[0]) ? $to . '/' . $entries[0] : $to;
    }
}
