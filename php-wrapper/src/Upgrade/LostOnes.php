<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Customizations\Lost;
use Lockstep\MigrationTool\Customizations\Save;
use Lockstep\MigrationTool\Customizations\SavedStore;
use Lockstep\MigrationTool\Customizations\Sources;
use Lockstep\MigrationTool\Customizations\ToolStamp;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Status\Customizations;

/** Lost customizations in an upgrade: looked for, told, brought back or given up. */
final class LostOnes
{
    /** Also finds what is to be brought back. */
    public static function look(Run $run): Lost
    {
        $store = new SavedStore($run->shop);
        $run->stamp = ToolStamp::of($run->shop);
        $lost = self::find($run, $store);
        $wanted = $run->options->customizationsFrom;
        if ($wanted === Sources::NONE) {
            self::giveUp($run, $store, $lost);

            return Lost::of($run->shop, $store, null);
        }
        $run->source = $wanted === null ? null : Sources::find($run->shop, $wanted, $lost, $run->options->backupDirectory);
        if ($wanted !== null && $run->source === null) {
            $run->reporter->line('No customizations are lost.');
        }
        $run->customizations['lost'] = $lost->all();

        return $lost;
    }

    public static function tell(Run $run, Lost $lost): void
    {
        if ($lost->text() !== '') {
            $run->reporter->warning($lost->text() . ' ' . Lost::wayOut());
        }
    }

    /** After the commit: what was brought back is lost no more, and what the tool is like now is saved. */
    public static function settle(Run $run): void
    {
        $store = new SavedStore($run->shop);
        try {
            Save::ours($run->shop, $run->reporter);
            if ($run->source !== null) {
                $store->setLost(array_values(array_diff($store->lost(), [$run->source->id()])));
                $store->setBroughtBack($run->source->id(), $run->stamp, ToolStamp::of($run->shop));
            }
            Save::current($run->shop, $run->reporter);
            $run->customizations['lost'] = self::find($run, $store)->all();
        } catch (CoreException $e) {
            $run->reporter->warning('What was saved of your customizations could not be put in order: ' . $e->getMessage());
        }
    }

    /** The customizations are looked at only when something may be lost. */
    private static function find(Run $run, SavedStore $store): Lost
    {
        if (!$run->shop->installed()->hasTool()) {
            return Lost::of($run->shop, $store, []);
        }
        if (!Lost::isSuspected($run->shop, $store)) {
            return Lost::of($run->shop, $store, null);
        }
        try {
            return Lost::of($run->shop, $store, Customizations::of($run->shop, $run->options->customizationsFrom === null ? $run->options->pristine : null, $run->reporter)->kinds());
        } catch (Failure) { // the pristine release cannot be had: what needs it says so
            return Lost::of($run->shop, $store, null);
        }
    }

    private static function giveUp(Run $run, SavedStore $store, Lost $lost): void
    {
        if ($lost->ids() === [] || $run->options->dryRun || $run->options->export !== null) {
            return;
        }
        $store->setLost([]);
        Save::ours($run->shop, $run->reporter);
        Save::current($run->shop, $run->reporter);
        $run->reporter->line(sprintf('%d lost customizations are given up; they stay in %s.', count($lost->all()), $run->shop->state('customizations')));
    }
}
