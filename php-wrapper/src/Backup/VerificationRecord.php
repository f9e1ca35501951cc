<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\CoreException;
use Lockstep\Tree;

/** verified.json beside backup.json: when a set was read back last, and how that ended. Sets that are read-only go without. */
final class VerificationRecord
{
    private function __construct(
        public readonly string $time,
        public readonly bool $ok,
    ) {
    }

    public static function read(string $set): ?self
    {
        $file = $set . '/' . SetFiles::VERIFIED;

        return is_file($file) && is_readable($file) ? self::of((string) file_get_contents($file)) : null;
    }

    /** Null when the text is none. */
    public static function of(string $text): ?self
    {
        $json = json_decode($text, true);
        if (!is_array($json) || !is_string($json['time'] ?? null) || preg_match('/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/D', $json['time']) !== 1 || !is_bool($json['ok'] ?? null)) {
            return null;
        }

        return new self($json['time'], $json['ok']);
    }

    public static function text(bool $ok): string
    {
        return json_encode(['time' => gmdate('Y-m-d\TH:i:s\Z'), 'ok' => $ok], JSON_THROW_ON_ERROR) . "\n";
    }

    /** Another user's file would stand in the owner's way. */
    public static function write(string $set, bool $ok): void
    {
        if (!is_writable($set) || fileowner($set) !== posix_geteuid()) {
            return;
        }
        try {
            Tree::put($set . '/' . SetFiles::VERIFIED, self::text($ok));
        } catch (CoreException) {
            return; // the answer does not depend on it
        }
    }
}
