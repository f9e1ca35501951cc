<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Shop\Shop;

/** How an exported patch gets applied where the shop is built: by what the shop has for that. */
enum Way: string
{
    /** cweagans/composer-patches, vaimo/composer-patches: registered in composer.json. */
    case Plugin = 'composer-patches';
    /** Adobe's cloud: magento/magento-cloud-patches applies what lies in m2-hotfixes/, from the root. */
    case Hotfixes = 'm2-hotfixes';
    /** Nothing does: the merged tool is copied over the installed one. */
    case Hand = 'none';

    private const CLOUD_PATCHES = 'magento/magento-cloud-patches';
    private const NAME = 'magento-data-migration-tool.patch';

    public static function of(Shop $shop): self
    {
        if (PatchPlugin::of($shop) !== null) {
            return self::Plugin;
        }

        return $shop->installed()->package(self::CLOUD_PATCHES) !== null ? self::Hotfixes : self::Hand;
    }

    /** Where the patch lies, in the export and in the checkout. */
    public function file(): string
    {
        return ($this === self::Hotfixes ? 'm2-hotfixes/' : 'patches/') . self::NAME;
    }

    /** Is this, as composer-patches knows it, the patch of an earlier export? */
    public static function isOurs(mixed $url): bool
    {
        return is_string($url) && preg_replace('~^(?:\./)+~', '', $url) === self::Plugin->file();
    }
}
