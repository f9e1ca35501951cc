<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Pristine\InstalledTool;
use Lockstep\MigrationTool\Shop\Shop;

/** What --customizations-from names: the ID of saved customizations, or of a backup. */
final class Sources
{
    /** Without an ID: the last of those that are lost. */
    public const LAST = '';
    /** The lost ones are not wanted. */
    public const NONE = 'none';

    /** Null when none is named, and none is lost. */
    public static function find(Shop $shop, string $id, Lost $lost, ?string $backups): ?Source
    {
        $store = new SavedStore($shop);
        if ($id === self::LAST) {
            $ids = $lost->ids();
            $saved = $ids === [] ? [] : $store->matching($ids[count($ids) - 1]);

            return $saved === [] ? null : new SavedSource($saved[0]);
        }
        $saved = $store->matching($id);
        if (count($saved) === 1) {
            return new SavedSource($saved[0]);
        }
        try {
            $set = $saved === [] ? BackupStore::get($shop, $id, $backups) : null;
        } catch (Failure) {
            $set = null;
        }
        if ($set === null) {
            throw Failure::preflight('customizations-from', sprintf('There is no one state of saved customizations and no backup "%s" (--customizations-from).', $id), self::known($store) . ' "migration:tool:backup:list" shows the backups.');
        }

        return new BackupSource($shop, $set, self::base($shop, $store, $set));
    }

    private static function known(SavedStore $store): string
    {
        $all = array_map(static fn (Saved $saved): string => sprintf('%s (%d of release %s)', $saved->id, count($saved->items), $saved->base->tool->version), array_slice($store->all(), -5));

        return $all === [] ? 'No customizations are saved.' : sprintf('Saved are: %s.', implode(', ', $all));
    }

    /** A backup tells the version of the tool in it: how that release is had is known of the installed one, of saved customizations, or of a kept copy. */
    private static function base(Shop $shop, SavedStore $store, BackupSet $set): Base
    {
        $installed = $shop->installed()->hasTool() ? InstalledTool::of($shop) : null;
        if ($installed !== null && $installed->version === $set->tool) {
            return new Base($installed, '', []);
        }
        foreach (array_reverse($store->all()) as $saved) {
            if ($saved->base->tool->version === $set->tool) {
                return $saved->base;
            }
        }
        $kept = array_map(basename(...), Files::matching($shop->state('pristine'), addcslashes($set->tool, '\\[]*?{},') . '-*'));

        return new Base(InstalledTool::ofVersion($set->tool), $kept[0] ?? '', []);
    }
}
