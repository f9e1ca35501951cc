<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Environment;
use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Customizations\Base;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** The installed release of the tool as it was released: what the customizations are told from. */
final class Pristine
{
    /** The error of a release that cannot be had. */
    public const NONE = 'no-pristine';

    /** Absolute path of the unpacked release, patched as the installed one is; the caller only reads it. */
    public static function directory(Shop $shop, ?string $given, Reporter $reporter, ?Program $composer = null): string
    {
        $tool = InstalledTool::of($shop);
        $release = $given !== null ? self::given($shop, $tool, $given) : self::release($shop, $tool, InstalledJson::of($shop)->package(Shop::TOOL), GitCheckout::of($shop), $reporter, $composer);

        return Patched::isTool($shop) ? Patched::of($shop, $tool, $release, $reporter, $composer) : $release;
    }

    /**
     * The release that saved customizations were made in, which need not be the installed one.
     *
     * @param ?string $given what the user gave as --pristine
     */
    public static function base(Shop $shop, Base $base, ?string $given, Reporter $reporter, ?Program $composer = null): string
    {
        $place = $base->pristine === '' ? null : new PristineCache($shop, $base->pristine);
        if ($given !== null) {
            return self::given($shop, $base->tool, $given);
        }
        if ($place !== null && $place->exists()) {
            return $place->path;
        }

        return $shop->installed()->hasTool() && InstalledTool::of($shop)->key() === $base->tool->key()
            ? self::directory($shop, null, $reporter, $composer)
            : self::release($shop, $base->tool, $base->package, null, $reporter, $composer);
    }

    /** @param array<mixed> $package the release's entry of installed.json */
    private static function release(Shop $shop, InstalledTool $tool, array $package, ?GitCheckout $checkout, Reporter $reporter, ?Program $composer): string
    {
        $tried = [];
        if ($checkout !== null) {
            $place = new PristineCache($shop, $checkout->key());
            try {
                return $place->exists() ? $place->path : $place->take(static fn (string $to): string => $checkout->into($shop, $to), $tool);
            } catch (CoreException | Failure $e) {
                $tried[] = $e->getMessage();
            }
        }
        $place = PristineCache::of($shop, $tool);
        if ($place->exists()) {
            return $place->path;
        }
        foreach (self::archives($shop, $tool) as $archive) {
            try {
                $tool->checkArchive($archive);

                return $place->unpack($archive, $tool);
            } catch (CoreException | Failure $e) {
                $tried[] = $e->getMessage();
            }
        }
        if ($tool->distType === 'path' && is_dir($shop->path($tool->distUrl)) && $tool->isIn($shop->path($tool->distUrl))) {
            return (string) realpath($shop->path($tool->distUrl));
        }
        try {
            return $place->take(static fn (string $to): string => Reinstall::into($shop, $tool, $package, $composer ?? Program::find($shop), $reporter, $to), $tool);
        } catch (CoreException | Failure $e) {
            $tried[] = $e->getMessage();
        }
        throw Failure::preflight(
            self::NONE,
            sprintf('The release %s as published, from which your customizations are told, cannot be had: %s', $tool->version, implode(' / ', array_unique($tried))),
            self::hint($tool),
        );
    }

    private static function hint(InstalledTool $tool): string
    {
        return match (true) {
            $tool->isBranch => sprintf('Give it with --pristine=PATH: a directory or a zip of %s as it was installed (commit %s).', $tool->version, $tool->reference === '' ? 'unknown' : $tool->reference),
            $tool->shasum !== '' => sprintf('Give it with --pristine=PATH: the archive that composer.lock pins (SHA-1 %s), or release %s unpacked in a directory.', $tool->shasum, $tool->version),
            default => sprintf('Give it with --pristine=PATH: a directory or a zip of release %s, such as https://github.com/magento/data-migration-tool/archive/refs/tags/%1$s.zip', $tool->version),
        };
    }

    /** @return list<string> archives of the release on this machine */
    private static function archives(Shop $shop, InstalledTool $tool): array
    {
        $cache = Environment::of($shop)->cache() . '/files/' . Shop::TOOL . '/' . sha1($tool->distUrl) . '.' . $tool->distType;
        $local = (string) preg_replace('~^file://~', '', $tool->distUrl);
        $local = $local !== '' && $local[0] !== '/' ? $shop->path($local) : $local;
        $archives = array_filter([$local, $cache], static fn (string $file): bool => is_file($file) && is_readable($file));

        return $tool->distType === 'path' ? [] : array_values($archives);
    }

    private static function given(Shop $shop, InstalledTool $tool, string $given): string
    {
        $path = realpath($given);
        if ($path === false) {
            throw Failure::preflight('pristine', sprintf('There is no "%s" (--pristine).', $given));
        }
        if (is_file($path)) {
            $tool->checkArchive($path);
            try {
                $path = (new PristineCache($shop, substr((string) hash_file('sha256', $path), 0, 16)))->unpack($path, $tool);
            } catch (CoreException $e) {
                throw Failure::fromCore($e, ExitCode::PREFLIGHT, sprintf('"%s" cannot be unpacked', $given));
            }
        }
        if (!$tool->isIn($path)) {
            throw Failure::preflight('pristine', sprintf('"%s" is not release %s of %s.', $given, $tool->version, Shop::TOOL), 'The release that is installed is needed, unpacked or as a zip, unchanged.');
        }
        $checkout = GitCheckout::given($path, $tool->reference);

        return $checkout === null ? $path : self::checkout($shop, $tool, $checkout, $given);
    }

    /** The commit that was installed, whatever the given checkout is at. */
    private static function checkout(Shop $shop, InstalledTool $tool, GitCheckout $checkout, string $given): string
    {
        $place = new PristineCache($shop, $checkout->key());
        try {
            return $place->exists() ? $place->path : $place->take(static fn (string $to): string => $checkout->into($shop, $to), $tool);
        } catch (CoreException | Failure $e) {
            throw Failure::preflight('pristine', sprintf('"%s" is a git checkout without the installed release: %s', $given, $e->getMessage()), sprintf('Commit %s of %s is needed, which composer.lock names.', $tool->reference, $tool->version));
        }
    }
}
