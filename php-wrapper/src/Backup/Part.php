<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Shop\Shop;

/** What a part of a backup holds: a path below the root and what is left out of it, by exact path. */
final class Part
{
    public const TOOL = 'tool';
    public const CODE = 'code';
    public const NAMES = [self::TOOL, self::CODE];

    /** @param list<string> $exclude relative to the root */
    private function __construct(
        public readonly string $name,
        public readonly string $path,
        public readonly array $exclude,
    ) {
    }

    /** @param list<string> $exclude further exact paths */
    public static function of(string $name, Shop $shop, array $exclude = []): self
    {
        return $name === self::TOOL
            ? new self($name, $shop->toolPath(), $exclude)
            : new self($name, '.', array_values(array_unique([...self::notCode(), ...$exclude])));
    }

    /**
     * What belongs to no code backup: what Magento generates, media, and version control.
     *
     * @return list<string>
     */
    private static function notCode(): array
    {
        return ['.git', 'generated', 'pub/media', 'pub/static', 'var'];
    }

    public function file(): string
    {
        return $this->name . '.tar.zst';
    }
}
