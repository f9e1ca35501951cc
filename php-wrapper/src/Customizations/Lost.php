<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Recovery;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * What was saved and is gone because the tool was replaced, and not by a run of Lockstep: an upgrade of Magento, a
 * "composer install". Who takes an edit back by hand changes the tool that is there, and loses nothing.
 */
final class Lost
{
    /** @param array<string, list<string>> $paths by the ID of the saved customizations, oldest first */
    private function __construct(public readonly array $paths)
    {
    }

    /**
     * @param ?array<array-key, ?string> $customized the installed tool's: path => in which form alone it differs, null for an edit; null when they cannot be told
     */
    public static function of(Shop $shop, SavedStore $store, ?array $customized): self
    {
        $paths = [];
        if ($customized === null || Recovery::pending($shop)['state'] !== 'none') { // the tool may be half swapped
            return new self([]);
        }
        foreach (self::suspects($shop, $store) as $saved) {
            $gone = self::gone($saved, $shop->path($shop->toolPath()), $customized);
            if ($gone !== []) {
                $paths[$saved->id] = $gone;
            }
        }

        return new self($paths);
    }

    /** Must the customizations be looked at to know? */
    public static function isSuspected(Shop $shop, SavedStore $store): bool
    {
        return self::suspects($shop, $store) !== [];
    }

    /** @return list<Saved> those told as lost before, and the last one when another tool stands there now */
    private static function suspects(Shop $shop, SavedStore $store): array
    {
        $known = $store->lost();
        $suspects = array_values(array_filter($store->all(), static fn (Saved $saved): bool => in_array($saved->id, $known, true)));
        $last = $store->last();
        $stamp = ToolStamp::of($shop);
        if ($last !== null && $stamp !== $last->stamp && ($stamp === null || $stamp !== $store->ours()) && !in_array($last->id, $known, true)) {
            $suspects[] = $last;
        }

        return $suspects;
    }

    /**
     * An edit is gone as well where somebody made a plain copy of the .dist again.
     *
     * @param array<array-key, ?string> $customized
     *
     * @return list<string>
     */
    private static function gone(Saved $saved, string $tool, array $customized): array
    {
        $gone = array_filter($saved->items, static fn (Item $item): bool => !(array_key_exists($item->path, $customized) && ($item->unedited || $customized[$item->path] === null)) && !$item->isIn($tool));

        return array_column($gone, 'path');
    }

    /** @return list<string> sorted */
    public function all(): array
    {
        $all = array_values(array_unique(array_merge(...array_values($this->paths))));
        sort($all);

        return $all;
    }

    /** @return list<string> IDs of the saved customizations, oldest first */
    public function ids(): array
    {
        return array_map(strval(...), array_keys($this->paths));
    }

    /** What is to be told; "" when nothing is lost. */
    public function text(): string
    {
        $count = count($this->all());

        return $count === 0 ? '' : sprintf('%d customization%s lost: the tool was replaced, and not by Lockstep.', $count, $count === 1 ? ' is' : 's are');
    }

    public static function wayOut(): string
    {
        return '"migration:tool:upgrade --customizations-from" merges them into the installed tool; with "--customizations-from=none" they are not told any more.';
    }
}
