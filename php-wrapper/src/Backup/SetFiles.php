<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\MigrationTool\Files;

/** What lies in the directory of a backup set: our files, and those of others. */
final class SetFiles
{
    public const MANIFEST = 'backup.json';
    public const VERIFIED = 'verified.json';
    /** A part, or what a killed writer left. */
    private const OWN = '/^(' . self::MANIFEST . '|' . self::VERIFIED . '|(tool|code|modules|media|db)\.(tar|sql)\.zst|\.(lks-|(tool|code|modules|media|db)\.tar\.zst\.)[0-9a-f]{16})$/D';

    /**
     * @param list<string> $own     names
     * @param list<string> $foreign names
     * @param int          $bytes   of our files
     * @param int          $changed Unix time: the newest of the directory and our files
     */
    private function __construct(
        public readonly array $own,
        public readonly array $foreign,
        public readonly int $bytes,
        public readonly int $changed,
    ) {
    }

    public static function of(string $set): self
    {
        [$own, $foreign, $bytes, $changed] = [[], [], 0, (int) @filemtime($set)];
        foreach (is_readable($set) ? Files::names($set) : [] as $name) {
            $stat = @lstat($set . '/' . $name);
            if ($stat === false || ($stat['mode'] & 0170000) !== 0100000 || !self::isOwn($name)) {
                $foreign[] = $name;
                continue;
            }
            $own[] = $name;
            $bytes += $stat['size'];
            $changed = max($changed, $stat['mtime']);
        }

        return new self($own, $foreign, $bytes, $changed);
    }

    /**
     * The same of a set that lies elsewhere.
     *
     * @param array<string, int> $sizes   of its files, by name
     * @param list<string>       $others  what else lies in it
     * @param int                $changed Unix time: the newest of them
     */
    public static function told(array $sizes, array $others, int $changed): self
    {
        $own = [];
        foreach ($sizes as $name => $bytes) {
            self::isOwn((string) $name) ? $own[(string) $name] = $bytes : $others[] = (string) $name;
        }

        return new self(array_map('strval', array_keys($own)), $others, array_sum($own), $changed);
    }

    private static function isOwn(string $name): bool
    {
        return preg_match(self::OWN, $name) === 1;
    }

    /** @return list<string> names of the archives */
    public function archives(): array
    {
        return array_values(array_filter($this->own, static fn (string $name): bool => str_ends_with($name, '.zst')));
    }
}
