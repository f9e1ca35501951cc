<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool;

/** The PHP extension that does the work: is it there, and does its version fit this package? */
final class Extension
{
    /** Version of this package; the extension's must have the same major and minor number. */
    public const VERSION = '0.1.0';

    public static function check(): void
    {
        $failure = self::failure();
        if ($failure !== null) {
            throw $failure;
        }
    }

    /** What is wrong with it, null when it fits. */
    public static function failure(): ?Failure
    {
        $found = phpversion('lockstep');
        $php = self::php();
        $hint = 'Install it for this PHP (' . $php . ', ' . PHP_VERSION . '): "pie install lockstep/ext-lockstep:^' . self::minor(self::VERSION)
            . '", or in its source "phpize && ./configure && make install", then add "extension=lockstep" to php.ini. "' . $php . ' --ri lockstep" must then show it.';
        if ($found === false) {
            return Failure::preflight('extension-missing', 'The PHP extension "lockstep" is not loaded.', $hint);
        }
        if (self::minor($found) !== self::minor(self::VERSION)) {
            return Failure::preflight('extension-version', sprintf('The PHP extension "lockstep" is version %s, this package needs %s.', $found, self::needed()), $hint);
        }

        return null;
    }

    /** The versions of the extension that fit: "0.1.*". */
    public static function needed(): string
    {
        return self::minor(self::VERSION) . '.*';
    }

    /** The PHP that runs this; PHP_BINARY is empty where PATH is. */
    public static function php(): string
    {
        return str_starts_with(PHP_BINARY, '/') ? PHP_BINARY : (string) readlink('/proc/self/exe');
    }

    private static function minor(string $version): string
    {
        return implode('.', array_slice(explode('.', $version), 0, 2));
    }
}
