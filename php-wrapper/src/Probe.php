<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

use Lockstep\Commit;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * Tries the atomic exchange beside live entries. The scratch entries lie in live directories for a moment: a note tells
 * which ones, so that what a kill leaves there is removed by the next command.
 */
final class Probe
{
    private const NOTE = 'probing.json';
    /** As ext/core/commit/probe.c names it. */
    private const SCRATCH = '.lockstep-probe';

    /**
     * @template T
     *
     * @param list<string>                        $live
     * @param callable(callable(string): string): T $trials gets a function that tries one of $live and returns what Commit::probe says
     *
     * @return T
     */
    public static function with(Shop $shop, array $live, string $stage, callable $trials): mixed
    {
        $shop->cluster?->confirm();
        $parents = array_values(array_unique(array_map('dirname', $live)));
        Tree::put($shop->state(self::NOTE), json_encode($parents, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
        try {
            return $trials(static fn (string $path): string => Commit::probe($shop->root, $path, $stage));
        } finally {
            Tree::remove($shop->state(self::NOTE));
        }
    }

    public static function isPending(Shop $shop): bool
    {
        return is_file($shop->state(self::NOTE));
    }

    /** Removes what a killed probe left. The caller holds the lock. */
    public static function clear(Shop $shop): void
    {
        $note = $shop->state(self::NOTE);
        if (!self::isPending($shop)) {
            return;
        }
        $parents = json_decode((string) file_get_contents($note), true);
        foreach (is_array($parents) ? $parents : [] as $parent) {
            if (is_string($parent) && preg_match('~^/|(^|/)\.\.(/|$)~', $parent) !== 1) {
                Tree::remove($shop->path($parent . '/' . self::SCRATCH));
            }
        }
        Tree::remove($note);
    }
}
