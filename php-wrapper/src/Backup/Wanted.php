<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;

/** What of a part is restored: all, a path, or what a pattern matches (as in .gitignore). */
final class Wanted
{
    private const PATTERN = '*?[\\';

    private function __construct(private readonly ?string $given)
    {
    }

    public static function of(Shop $shop, ?string $given): self
    {
        if ($given === null) {
            return new self(null);
        }
        $path = str_starts_with($given, $shop->root . '/') ? substr($given, strlen($shop->root) + 1) : $given;
        $path = rtrim((string) preg_replace('~^(\./)+~', '', $path), '/');
        if ($path === '' || $path[0] === '/' || preg_match('~(^|/)\.{0,2}(/|$)~', $path) === 1) {
            throw Failure::preflight('path', sprintf('"%s" is not a path below the Magento root.', $given), 'Give it relative to the root, as in --path=app/etc/env.php or --path=\'app/etc/*.php\'.');
        }

        return new self($path);
    }

    public function isAll(): bool
    {
        return $this->given === null;
    }

    /** As the user gave it; "." for all. */
    public function text(): string
    {
        return $this->given ?? '.';
    }

    /**
     * Path and pattern for the part. A name with "*" or "[" in it that the archive holds is that name.
     *
     * @return array{string, ?string}
     */
    public function in(PartArchive $archive): array
    {
        if ($this->given === null) {
            return [$archive->path, null];
        }

        $link = $archive->part['link'] ?? null;
        if ($link !== null) { // members' paths begin there
            $given = str_starts_with($link . '/', $this->given . '/') ? '.' : (string) preg_replace('~^/?' . preg_quote($link, '~') . '/~', '', $this->given);

            return strpbrk($given, self::PATTERN) === false || $archive->holds($given) ? [$given, null] : ['.', str_contains($given, '/') ? '/' . ltrim($given, '/') : $given];
        }

        return strpbrk($this->given, self::PATTERN) === false || $archive->holds($this->given) ? [$this->given, null] : ['.', $this->given];
    }
}
