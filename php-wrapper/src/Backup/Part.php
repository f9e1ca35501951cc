<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Database\EnvFile;
use Lockstep\MigrationTool\Shop\Shop;

/** What a part of a backup holds: a path below the root and what is left out of it, by exact path. */
final class Part
{
    public const TOOL = 'tool';
    public const CODE = 'code';
    public const MODULES = 'modules';
    public const MEDIA = 'media';
    public const DB = 'db';
    public const PUBLIC_MEDIA = 'pub/media';
    private const OWN_CODE = 'app/code';
    public const NAMES = [self::TOOL, self::CODE, self::MODULES, self::MEDIA, self::DB];
    /** Parts that CODE holds, too. */
    public const IN_CODE = [self::TOOL, self::MODULES];

    /**
     * @param list<string> $exclude  relative to the root
     * @param list<string> $patterns as in .gitignore, from the root
     * @param ?string      $link     the shop's symlink to the root, when that is another directory than Magento's
     */
    private function __construct(
        public readonly string $name,
        public readonly string $path,
        public readonly array $exclude,
        public readonly array $patterns,
        public readonly ?string $link = null,
    ) {
    }

    /**
     * @param list<string> $exclude further exact paths
     * @param list<string> $patterns
     */
    public static function of(string $name, Shop $shop, array $exclude = [], array $patterns = []): self
    {
        if ($name === self::MEDIA && is_link($shop->path(self::PUBLIC_MEDIA))) {
            return new self($name, '.', array_map(static fn (string $path): string => substr($path, strlen(self::PUBLIC_MEDIA) + 1), self::notMedia()), self::within($patterns), self::PUBLIC_MEDIA);
        }
        [$path, $left] = match ($name) {
            self::TOOL => [$shop->toolPath(), []],
            self::MODULES => [self::OWN_CODE, []],
            self::MEDIA => [self::PUBLIC_MEDIA, self::notMedia()],
            self::DB => ['.', []],
            default => ['.', self::notCode()],
        };

        return new self($name, $path, array_values(array_unique([...$left, ...$exclude])), $patterns);
    }

    /** The directory that path is relative to: shared storage, where pub/media is a symlink to it. */
    public function root(Shop $shop): string
    {
        return $this->link === null ? $shop->root : (string) realpath($shop->path($this->link));
    }

    /**
     * As seen from pub/media.
     *
     * @param list<string> $patterns
     * @return list<string>
     */
    private static function within(array $patterns): array
    {
        return array_map(static fn (string $pattern): string => (string) preg_replace('~^/?' . self::PUBLIC_MEDIA . '/~', '/', $pattern), $patterns);
    }

    /** Is there something to back up? */
    public static function isIn(Shop $shop, string $name): bool
    {
        return match ($name) {
            self::TOOL => is_dir($shop->path($shop->toolPath())),
            self::MODULES => is_dir($shop->path(self::OWN_CODE)),
            self::MEDIA => is_dir($shop->path(self::PUBLIC_MEDIA)),
            self::DB => is_file($shop->path(EnvFile::PATH)),
            default => true,
        };
    }

    /**
     * What Magento makes anew by itself.
     *
     * @return list<string>
     */
    private static function notMedia(): array
    {
        return [self::PUBLIC_MEDIA . '/catalog/product/cache', self::PUBLIC_MEDIA . '/tmp'];
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
