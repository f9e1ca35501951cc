<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Shop\Shop;

/** The Composer plugin of a shop that applies patches, as far as its ways with them differ. */
enum PatchPlugin
{
    case CweagansOne;
    case CweagansTwo;
    case Vaimo;

    private const CWEAGANS = 'cweagans/composer-patches';
    private const VAIMO = 'vaimo/composer-patches';

    /** The one that is there and allowed. */
    public static function of(Shop $shop): ?self
    {
        $manifest = Manifest::of($shop);
        $allowed = $manifest->config('allow-plugins');
        foreach ([self::CWEAGANS, self::VAIMO] as $name) {
            $package = $shop->installed()->package($name);
            if ($package === null || (is_array($allowed) ? $allowed[$name] ?? true : $allowed) === false) {
                continue;
            }
            if ($name === self::CWEAGANS) {
                return preg_match('/^v?[01]\./', $package['version']) === 1 ? self::CweagansOne : self::CweagansTwo;
            }
            if (!isset($manifest->section('extra')['patches-base'])) { // which it would put before the path
                return self::Vaimo;
            }
        }

        return null;
    }
}
