<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Status\Fact;

use Lockstep\MigrationTool\Shop\Shop;

/** One thing that is still to be done, and that can be seen in the shop's files until it is done. */
interface Fact
{
    /**
     * @param ?int $changed Unix time of the last change of the tool; null when none is known
     *
     * @return list<string> commands or sentences; none when there is nothing to do
     */
    public static function of(Shop $shop, ?int $changed): array;
}
