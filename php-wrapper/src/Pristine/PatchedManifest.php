<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;

/** composer.json and composer.lock with which the installed release is installed and patched once more: from what is at hand, with the patches that were applied. */
final class PatchedManifest
{
    /**
     * As cweagans/composer-patches 1 reads it, which notes the file of each patch: so what was declared since, or did not apply,
     * is left out. Other plugins note no files; for them composer.json stays as it is.
     *
     * @param array<mixed> $applied extra.patches_applied of the installed tool
     */
    public static function declare(string $manifest, array $applied, Shop $shop): void
    {
        $text = Manifest::withoutOptimizing((string) file_get_contents($manifest));
        $json = json_decode($text, false, 512, JSON_THROW_ON_ERROR);
        if ($json instanceof \stdClass && self::areFiles($applied, $shop)) {
            $extra = ($json->extra ?? null) instanceof \stdClass ? $json->extra : new \stdClass();
            $patches = ($extra->patches ?? null) instanceof \stdClass ? $extra->patches : self::fromFile($extra, $shop);
            $patches->{Shop::TOOL} = $applied;
            $extra->patches = $patches;
            $json->extra = $extra;
            $text = json_encode($json, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        }
        file_put_contents($manifest, $text);
    }

    /** The lock names the release that is at hand, so that no repository is asked. */
    public static function lock(string $file, string $release, string $reference): void
    {
        $json = json_decode((string) file_get_contents($file), false, 512, JSON_THROW_ON_ERROR);
        foreach ($json instanceof \stdClass ? [$json->packages ?? [], $json->{'packages-dev'} ?? []] : [] as $packages) {
            foreach (is_array($packages) ? $packages : [] as $package) {
                if ($package instanceof \stdClass && ($package->name ?? null) === Shop::TOOL) {
                    unset($package->source);
                    $package->dist = ['type' => 'path', 'url' => $release, 'reference' => $reference];
                    $package->{'transport-options'} = ['symlink' => false, 'relative' => false];
                }
            }
        }
        file_put_contents($file, json_encode($json, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR));
    }

    /** @param array<mixed> $applied */
    private static function areFiles(array $applied, Shop $shop): bool
    {
        foreach ($applied as $patch) {
            if (!is_string($patch) || (!is_file($shop->path($patch)) && preg_match('~^\w+://~', $patch) !== 1)) {
                return false;
            }
        }

        return $applied !== [];
    }

    private static function fromFile(\stdClass $extra, Shop $shop): \stdClass
    {
        $file = is_string($extra->{'patches-file'} ?? null) ? $shop->path($extra->{'patches-file'}) : '';
        $json = is_file($file) ? json_decode((string) file_get_contents($file)) : null;

        return $json instanceof \stdClass && ($json->patches ?? null) instanceof \stdClass ? $json->patches : new \stdClass();
    }
}
