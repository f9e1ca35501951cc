<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/** vendor/composer/installed.php read as text, never executed: Composer and the shop include it, so code in it would run. */
final class InstalledPhp
{
    /** One "return array(…);" of texts, numbers, true, false, null, __DIR__ and arrays: all that Composer ever writes there. */
    private const DATA = <<<'REGEX'
        ~(?(DEFINE)
            (?<text> ' (?: [^'\\]++ | \\['\\] )*+ ' )
            (?<scalar> (?: __DIR__ \s*+ \. \s*+ )? (?&text) | \d++ | true | false | null )
            (?<list> array \s*+ \( (?: \s*+ (?: (?: (?&text) | \d++ ) \s*+ => \s*+ )?+ (?: (?&list) | (?&scalar) ) \s*+ , )*+ \s*+ \) )
        )
        ^ <\?php \s++ return \s++ (?&list) \s*+ ; \s*+ $~xiD
        REGEX;
    private const VERSION = '~\'([^\'\\\\]+/[^\'\\\\]+)\'\s*+=>\s*+array\s*+\(\s*+\'pretty_version\'\s*+=>\s*+\'([^\'\\\\]*)\'~';

    /**
     * The packages that the file says are installed, the root package among them; null when it holds anything but data.
     *
     * @return ?array<string, string> name => version
     */
    public static function versions(string $text): ?array
    {
        if (preg_match(self::DATA, $text) !== 1) {
            return null;
        }
        preg_match_all(self::VERSION, $text, $matches);

        return array_combine($matches[1], $matches[2]);
    }
}
