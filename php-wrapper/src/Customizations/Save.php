<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Shop\StatePlace;
use Lockstep\MigrationTool\Status\Customizations;

/** Saves the customizations of the installed tool when they are others than the last saved ones. Whatever stands in its way is a warning. */
final class Save
{
    /** Beyond these bytes they are no customizations, and a backup is the place for them. */
    private const LIMIT = 64 << 20;

    /** @param ?Customizations $found when they are known already */
    public static function current(Shop $shop, Reporter $reporter, ?Customizations $found = null): void
    {
        try {
            if ($shop->stateElsewhere !== null || !$shop->installed()->hasTool() || Recovery::pending($shop)['state'] !== 'none') {
                return;
            }
            self::save($shop, $found ?? Customizations::of($shop, null, $reporter));
        } catch (\Exception $e) {
            $reporter->warning('The customizations of the tool could not be saved: ' . ($e instanceof CoreException ? trim($e->getPath() . ': ' . $e->getMessage(), ': ') : $e->getMessage()));
        }
    }

    /** The tool as a run of Lockstep left it: with that nothing was lost. */
    public static function ours(Shop $shop, Reporter $reporter): void
    {
        try {
            if ($shop->stateElsewhere === null) {
                $store = new SavedStore($shop);
                $stamp = ToolStamp::of($shop);
                $store->setOurs($stamp);
                $isLost = $stamp === null ? null : $store->isLostWith($stamp);
                if ($isLost !== null) {
                    $id = $store->broughtBack()['id'];
                    $others = array_values(array_diff($store->lost(), [$id]));
                    $store->setLost($isLost ? [...$others, $id] : $others);
                }
            }
        } catch (CoreException $e) {
            $reporter->warning(sprintf('"%s" could not be written: %s', $shop->state('customizations'), $e->getMessage()));
        }
    }

    private static function save(Shop $shop, Customizations $found): void
    {
        $store = new SavedStore($shop);
        $tool = $shop->path($shop->toolPath());
        $stamp = ToolStamp::of($shop);
        $base = Base::installed($shop, $found->pristine);
        $items = self::items($tool, $found);
        $last = $store->last();
        $lost = Lost::of($shop, $store, $found->kinds())->ids();
        $isSame = $last === null ? $items === [] : $last->isSame($base, $items);
        if ($isSame && ($last === null || $last->stamp === $stamp) && $lost === $store->lost()) {
            return;
        }
        if (!StatePlace::isOwn($shop)) {
            throw Failure::preflight('wrong-user', sprintf('"%s" belongs to another user.', $shop->root));
        }
        $store->setLost($lost); // before the last saved ones are others
        if (!$isSame) {
            self::checkSize($items);
            $store->add($tool, $base, $stamp, $items);
        } elseif ($last !== null && $last->stamp !== $stamp) {
            $last->stamp($stamp);
        }
    }

    /**
     * The user's own, and copies of .dist files; of files of the release neither other line ends nor what the shop's repository leaves out.
     *
     * @return list<Item>
     */
    private static function items(string $tool, Customizations $found): array
    {
        $own = array_filter($found->all, static fn (array $item): bool => in_array($item['noise'], [null, Noise::COPY], true));

        return array_values(array_map(static fn (array $item): Item => Item::of($tool, $item), $own));
    }

    /** @param list<Item> $items */
    private static function checkSize(array $items): void
    {
        $bytes = array_sum(array_map(static fn (Item $item): int => $item->unedited ? 0 : $item->size, $items));
        if ($bytes > self::LIMIT) {
            throw Failure::preflight('customizations', sprintf('they are %d MB, more than the %d MB that are saved; "migration:tool:backup" keeps them.', $bytes >> 20, self::LIMIT >> 20));
        }
    }
}
