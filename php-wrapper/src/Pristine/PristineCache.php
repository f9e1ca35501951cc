<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\Archive;
use Lockstep\MigrationTool\Composer\OwnDirectory;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\Tree;

/** One unpacked release in var/lockstep/pristine: there whole or not at all. */
final class PristineCache
{
    private const LEFT_BEHIND = 3600;

    public readonly string $path;
    private readonly string $base;

    public function __construct(Shop $shop, string $name)
    {
        // a user who does not own the shop leaves nothing in it
        $this->base = StatePlace::isOwn($shop) ? $shop->state('pristine') : OwnDirectory::make() . '/pristine';
        $this->path = $this->base . '/' . $name;
    }

    public static function of(Shop $shop, InstalledTool $tool): self
    {
        return new self($shop, $tool->key());
    }

    public function exists(): bool
    {
        return is_file($this->path . '/composer.json') && fileowner($this->path) === posix_geteuid();
    }

    public function unpack(string $archive, InstalledTool $tool): string
    {
        if ($this->exists()) {
            return $this->path;
        }

        return $this->take(static function (string $to) use ($archive): string {
            Archive::unpack($archive, $to);
            $entries = array_values(array_diff(scandir($to) ?: [], ['.', '..']));

            return count($entries) === 1 && is_dir($to . '/' . $entries[0]) ? $to . '/' . $entries[0] : $to;
        }, $tool);
    }

    /**
     * Lets $fill make the release in a new directory and puts it in its place.
     *
     * @param callable(string): string $fill gets an empty directory, returns the one that holds the release
     */
    public function take(callable $fill, InstalledTool $tool): string
    {
        foreach (Files::names($this->base) as $name) {
            $left = $this->base . '/' . $name;
            if (str_starts_with($name, '.new-') && (int) filemtime($left) < time() - self::LEFT_BEHIND) {
                Tree::remove($left); // by a run that was killed
            }
        }
        $beside = $this->base . '/.new-' . Identifier::make();
        Tree::privateDirectory($beside);
        try {
            $release = $fill($beside);
            if (!$tool->isIn($release)) {
                throw Failure::preflight('pristine', sprintf('What was unpacked is not release %s of %s.', $tool->version, Shop::TOOL));
            }
            if (!@rename($release, $this->path) && !$this->exists()) {
                throw Failure::preflight('pristine', sprintf('"%s" cannot be made.', $this->path));
            }
        } finally {
            Tree::remove($beside);
        }

        return $this->path;
    }
}
