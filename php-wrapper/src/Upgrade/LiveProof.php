<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Tree;

/** The proof that nothing touched the live tree between the beginning and the commit: two scans of everything but caches and media. */
final class LiveProof
{
    private const NOT_LOOKED_AT = ['.git', 'generated', 'pub/media', 'pub/static', 'var'];

    /** @param list<string> $exclude */
    private function __construct(
        private readonly Shop $shop,
        private readonly array $exclude,
        private readonly Tree $before,
    ) {
    }

    /** @param list<string> $exclude what this run itself writes, relative to the root */
    public static function begin(Shop $shop, array $exclude = []): self
    {
        $exclude = [...self::NOT_LOOKED_AT, ...$exclude];

        return new self($shop, $exclude, Tree::scan($shop->root, $exclude));
    }

    /** @return list<string> paths that were touched since, but for permissions, which are put back */
    public function changed(Reporter $reporter): array
    {
        $after = Tree::scan($this->shop->root, $this->exclude);
        $changed = [];
        foreach ($this->before->compare($after, true) as $change) {
            if ($change['kind'] !== 'meta' || !$this->putBack($change['path'], $after)) {
                $changed[] = $change['path'];
            } else {
                $reporter->warning(sprintf('The permissions of "%s" were changed meanwhile, by a Composer plugin perhaps, and were put back.', Terminal::safe($change['path'])));
            }
        }

        return $changed;
    }

    /** The write fence stops everything but chmod: where nothing but the permissions differs, they become what they were. */
    private function putBack(string $path, Tree $after): bool
    {
        $was = $this->before->entry($path);
        $is = $after->entry($path);
        if ($was === null || $is === null || $was['mode'] === $is['mode'] || ['mode' => 0] + $was !== ['mode' => 0] + $is) {
            return false;
        }
        $live = $this->shop->path($path);
        clearstatcache(true, $live);

        return !is_link($live) && fileinode($live) === $is['inode'] && chmod($live, $was['mode'] & 07777);
    }
}
