<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/** The proof that nothing touched the live tree between the beginning and the commit: two scans of everything but caches and media. */
final class LiveProof
{
    private const NOT_LOOKED_AT = ['.git', 'generated', 'pub/media', 'pub/static', 'var'];

    private function __construct(
        private readonly Shop $shop,
        private readonly Tree $before,
    ) {
    }

    public static function begin(Shop $shop): self
    {
        return new self($shop, self::scan($shop));
    }

    /** @return list<string> paths that were touched since */
    public function changed(): array
    {
        return array_column($this->before->compare(self::scan($this->shop), true), 'path');
    }

    private static function scan(Shop $shop): Tree
    {
        return Tree::scan($shop->root, self::NOT_LOOKED_AT);
    }
}
