<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

/** The keyed hash of backup.json, in it: over its very bytes, with zeros where the hash stands. */
final class Seal
{
    public const AUTHENTIC = 'authentic';
    public const TAMPERED = 'tampered';
    public const OTHER_KEY = 'unknown-key';
    /** Made before sets were sealed, or it was taken out: the archives' labels tell which. */
    public const NONE = 'none';
    /** There is no key to ask. */
    public const UNKNOWN = 'unknown';

    private const FIELD = 'authentication';
    private const ZEROS = '0000000000000000000000000000000000000000000000000000000000000000';

    /** @param array<string, mixed> $set */
    public static function write(array $set, string $key): string
    {
        $text = json_encode($set + [self::FIELD => ['key' => self::keyName($key), 'hash' => self::ZEROS]], JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n";

        return self::replaced($text, self::ZEROS, self::hash($text, $key));
    }

    /**
     * @param string       $text backup.json
     * @param array<mixed> $json the same, decoded
     */
    public static function status(string $text, array $json, ?string $key): string
    {
        $found = $json[self::FIELD] ?? null;
        if ($found === null) {
            return self::NONE;
        }
        $hash = is_array($found) && is_string($found['hash'] ?? null) ? $found['hash'] : '';
        if ($key === null) {
            return self::UNKNOWN;
        }
        if (!is_array($found) || strlen($hash) !== strlen(self::ZEROS)) {
            return self::TAMPERED;
        }

        return match (true) {
            hash_equals(self::hash(self::replaced($text, $hash, self::ZEROS), $key), $hash) => self::AUTHENTIC,
            ($found['key'] ?? null) !== self::keyName($key) => self::OTHER_KEY,
            default => self::TAMPERED,
        };
    }

    /** The key's public name. */
    public static function keyName(string $key): string
    {
        return substr(self::hash('lockstep backup key', $key), 0, 16);
    }

    private static function hash(string $text, string $key): string
    {
        return hash_hmac('sha256', $text, $key);
    }

    /** The last one: it stands at the end. */
    private static function replaced(string $text, string $hash, string $by): string
    {
        $at = strrpos($text, $hash);

        return $at === false ? $text : substr_replace($text, $by, $at, strlen($hash));
    }
}
