<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;

/** What keeps Composer and its plugins from writing to the live tree: the kernel, or copies in the stage where the kernel cannot. */
final class WriteFence
{
    public const LANDLOCK = 'landlock';
    public const NAMESPACE = 'namespace';
    public const COPIES = 'copies';
    /** Where plugins are known to write: magento-composer-installer deploys to all of them. */
    private const CODE = ['app/code', 'app/design', 'app/i18n', 'lib', 'setup'];
    /** What a running shop writes itself, so that it cannot be proved unchanged: then the stage has no link to it. */
    private const DATA = ['pub/media', 'pub/static'];

    public static function kind(): string
    {
        $kind = Process::fence();

        return $kind === 'none' ? self::COPIES : $kind;
    }

    public static function isCopies(): bool
    {
        return self::kind() === self::COPIES;
    }

    /** @return list<string> what is a copy in the stage where nothing else protects the live one; relative to the root */
    public static function copied(Shop $shop): array
    {
        return array_values(array_filter([...self::CODE, 'generated'], static fn (string $path): bool => is_dir($shop->path($path))));
    }

    /** @return array<string, string> what is added to the stage's plan (Tree::mirror) where there is no fence */
    public static function plan(Shop $shop): array
    {
        if (!self::isCopies()) {
            return [];
        }
        $plan = array_fill_keys(self::copied($shop), 'copy');

        return is_dir($shop->path('pub')) && !is_link($shop->path('pub')) ? $plan + array_fill_keys(self::DATA, 'empty') : $plan;
    }
}
