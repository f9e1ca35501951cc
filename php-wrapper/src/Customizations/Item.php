<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

/** One customization as it is saved: what stood at its path in the tool, and what it was in regard of the release. */
final class Item
{
    public const FILE = 'file';
    public const LINK = 'link';
    public const DIRECTORY = 'directory';
    public const ABSENT = 'absent';

    /** @param ?string $dist the X.dist that X was made from, in the release */
    private function __construct(
        public readonly string $path,
        public readonly string $kind,
        public readonly ?string $dist,
        public readonly bool $unedited,
        public readonly string $type,
        public readonly int $mode,
        public readonly ?string $link,
        public readonly ?string $sha256,
        public readonly int $size,
    ) {
    }

    /** @param array{path: string, kind: string, dist: ?string, unedited: bool} $found */
    public static function of(string $tool, array $found): self
    {
        $file = $tool . '/' . $found['path'];
        $stat = @lstat($file);
        $type = match ($stat === false ? 0 : $stat['mode'] & 0170000) {
            0100000 => self::FILE,
            0120000 => self::LINK,
            0040000 => self::DIRECTORY,
            default => self::ABSENT,
        };
        $isFile = $type === self::FILE;

        return new self(
            $found['path'],
            $found['kind'],
            $found['dist'],
            $found['unedited'],
            $type,
            $stat === false ? 0 : $stat['mode'] & 07777,
            $type === self::LINK ? (string) readlink($file) : null,
            $isFile ? (string) hash_file('sha256', $file) : null,
            $isFile ? (int) ($stat['size'] ?? 0) : 0,
        );
    }

    /** Does $tool have at its path what was saved? */
    public function isIn(string $tool): bool
    {
        $now = self::of($tool, ['path' => $this->path, 'kind' => $this->kind, 'dist' => $this->dist, 'unedited' => $this->unedited]);

        return $now->type === $this->type && $now->link === $this->link && $now->sha256 === $this->sha256;
    }

    /** @return array<string, string|int|bool|null> */
    public function toArray(): array
    {
        return [
            'path' => self::encode($this->path),
            'kind' => $this->kind,
            'dist' => $this->dist === null ? null : self::encode($this->dist),
            'unedited' => $this->unedited,
            'type' => $this->type,
            'mode' => sprintf('%04o', $this->mode),
            'link' => $this->link === null ? null : self::encode($this->link),
            'sha256' => $this->sha256,
            'size' => $this->size,
        ];
    }

    /** Null when it is none, or names something outside of the tool. */
    public static function read(mixed $json): ?self
    {
        if (!is_array($json) || !is_string($json['path'] ?? null) || !is_string($json['kind'] ?? null) || !is_string($json['type'] ?? null) || !is_string($json['mode'] ?? null)) {
            return null;
        }
        $path = rawurldecode($json['path']);
        $dist = is_string($json['dist'] ?? null) ? rawurldecode($json['dist']) : null;
        foreach ([$path, $dist ?? $path] as $one) {
            if (preg_match('~(^|/)\.{0,2}(/|$)~', $one) === 1) {
                return null;
            }
        }

        return new self(
            $path,
            $json['kind'],
            $dist,
            ($json['unedited'] ?? null) === true,
            $json['type'],
            (int) octdec($json['mode']),
            is_string($json['link'] ?? null) ? rawurldecode($json['link']) : null,
            is_string($json['sha256'] ?? null) ? $json['sha256'] : null,
            is_int($json['size'] ?? null) ? $json['size'] : 0,
        );
    }

    /** A name of a file is bytes, and JSON has none: "%" and what is no UTF-8 are written as in addresses. */
    private static function encode(string $name): string
    {
        return preg_match('//u', $name) === 1 ? str_replace('%', '%25', $name) : (string) preg_replace_callback('/[%\x80-\xff]/', static fn (array $match): string => rawurlencode($match[0]), $name);
    }
}
