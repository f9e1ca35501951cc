<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\BackupStore;
use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\Customizations\Lost;
use Lockstep\MigrationTool\Customizations\Save;
use Lockstep\MigrationTool\Customizations\SavedStore;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** Everything that `status` tells, gathered without changing the shop; a check saves the customizations. */
final class Status
{
    /**
     * @param bool $save save the customizations, too
     *
     * @return array<string, mixed> the keys of the contract; customizations' lists are null when the pristine release cannot be had
     */
    public static function of(Shop $shop, Reporter $reporter, bool $save = false): array
    {
        $installed = $shop->installed();
        $target = self::target($shop, $reporter);

        return $shop->versions() + [
            'target' => $target,
            'match' => $installed->hasTool() && $target['version'] !== '' && $installed->toolVersion() === $target['version'],
            'customizations' => self::customizations($shop, $reporter, $save),
            'saved' => (new SavedStore($shop))->last()?->toArray(),
            'followup' => FollowUp::of($shop),
            'reminders' => LastUpgrade::reminders($shop),
            'last_upgrade' => LastUpgrade::of($shop),
            'last_backup' => self::lastBackup($shop),
            'recovery' => ['pending' => Recovery::isPending($shop)],
            'migration' => ['running' => is_file($shop->path('var/migration-tool-progress.lock'))],
        ];
    }

    /** @return array{version: string, rule: string, exact: bool, reason: string} */
    public static function target(Shop $shop, Reporter $reporter): array
    {
        try {
            $target = Target::of($shop, Releases::find($shop, $reporter));
        } catch (Failure $e) {
            if ($e->exitCode === ExitCode::LOCKED) {
                throw $e;
            }

            return ['version' => '', 'rule' => 'none', 'exact' => false, 'reason' => trim($e->getMessage() . ' ' . $e->hint)];
        } catch (\Exception $e) { // there is no place for the question
            return ['version' => '', 'rule' => 'none', 'exact' => false, 'reason' => self::words($e)];
        }

        return ['version' => $target['version'], 'rule' => $target['rule'], 'exact' => $target['exact'], 'reason' => $target['reason']];
    }

    /** @return array<string, mixed> */
    private static function customizations(Shop $shop, Reporter $reporter, bool $save): array
    {
        $store = new SavedStore($shop);
        if (!$shop->installed()->hasTool()) {
            return ['modified' => [], 'added' => [], 'deleted' => [], 'lost' => Lost::of($shop, $store, [])->all()];
        }
        try {
            $found = Customizations::of($shop, null, $reporter);
            $lost = Lost::of($shop, $store, $found->kinds())->all();
            if ($save) {
                Save::current($shop, $reporter, $found);
            }

            return ['lost' => $lost] + $found->toArray();
        } catch (Failure $e) {
            return ['modified' => null, 'added' => null, 'deleted' => null, 'lost' => [], 'unknown' => $e->getMessage()];
        } catch (\Exception $e) {
            return ['modified' => null, 'added' => null, 'deleted' => null, 'lost' => [], 'unknown' => self::words($e)];
        }
    }

    private static function words(\Exception $e): string
    {
        return $e instanceof CoreException ? trim($e->getPath() . ': ' . $e->getMessage(), ': ') : $e->getMessage();
    }

    /** @return ?array{id: string, created: string, parts: list<string>} */
    private static function lastBackup(Shop $shop): ?array
    {
        $complete = array_filter(BackupStore::all($shop), static fn (BackupSet $set): bool => $set->state === BackupSet::COMPLETE);
        $last = end($complete);

        return $last === false ? null : ['id' => $last->id, 'created' => \Lockstep\MigrationTool\Identifier::time($last->id), 'parts' => array_column($last->parts, 'name')];
    }
}
