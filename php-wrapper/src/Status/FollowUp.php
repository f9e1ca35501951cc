<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status;

use Lockstep\MigrationTool\Shop\Shop;

/** What is still to be done by the user, as far as it can be seen in the shop: it is told until it is done. */
final class FollowUp
{
    private const FACTS = [Fact\ComposerFiles::class, Fact\ToolFiles::class, Fact\Module::class, Fact\Compiled::class, Fact\Generated::class, Fact\VersionCache::class];

    /**
     * @param ?int $changed Unix time of the last change of the tool, where another than the recorded one is meant
     *
     * @return list<string> commands or sentences
     */
    public static function of(Shop $shop, ?int $changed = null): array
    {
        $changed ??= LastUpgrade::changed($shop);
        $todo = [];
        foreach (self::FACTS as $fact) {
            $todo = [...$todo, ...$fact::of($shop, $changed)];
        }

        return $todo;
    }
}
