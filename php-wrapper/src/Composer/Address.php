<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

/** An address from which Composer fetches packages, as far as it can do harm. */
final class Address
{
    private const WEB = ['http', 'https'];
    private const CHECKOUT = ['ssh', 'git', 'git+ssh', 'svn', 'svn+ssh'];

    /** Why no package may be fetched from there unless the site itself names the place; null when it may. */
    public static function refused(string $kind, string $type, string $url, string $reference): ?string
    {
        if ($url[0] === '-' || str_starts_with($reference, '-') || preg_match('/[\x00-\x1f\x7f]/', $url . $reference) === 1) {
            return 'which a program would take for an option';
        }
        if ($type === 'perforce' && $kind === 'source') {
            return self::isPlain($url) ? null : 'which a shell would take for a command';
        }
        if (preg_match('~^[\w.+-]+::~', $url) === 1) {
            return 'which starts a program';
        }
        $scheme = preg_match('~^([a-z][a-z0-9.+-]*):~i', $url, $match) === 1 ? strtolower($match[1]) : '';
        if (in_array($scheme, self::WEB, true) || ($kind === 'source' && (in_array($scheme, self::CHECKOUT, true) || preg_match('~^[\w.-]+@[\w.-]+:~', $url) === 1))) {
            return null;
        }

        return self::isLocal($url) ? 'a place on this machine' : 'which is no address of the web';
    }

    public static function isLocal(string $url): bool
    {
        return preg_match('~^file:~i', $url) === 1 || preg_match('~^[\w.+-]+:|^[\w.-]+@[\w.-]+:~', $url) !== 1;
    }

    /** The same address for who stands elsewhere: a relative path becomes absolute. */
    public static function from(string $root, string $url): string
    {
        $path = self::isLocal($url) && $url !== '' && preg_match('~^(?:file:|/)~i', $url) !== 1 ? $root . '/' . preg_replace('~^(?:\./)+~', '', $url) : $url;

        return $path === $url ? $path : (realpath($path) ?: $path);
    }

    /** Has it nothing that a shell would interpret? */
    public static function isPlain(string $text): bool
    {
        return preg_match('~^(?!-)[\w.:/@+,=-]*$~D', $text) === 1;
    }

    /** Whose place it is: the host, with the project on hosts that many share; the directory of a local file. */
    public static function origin(string $url): string
    {
        if (preg_match('~^https?://(?:api\.github\.com/repos|codeload\.github\.com|github\.com|bitbucket\.org|gitlab\.com/api/v4/projects)/[^/]+(?:/[^/]+)?~', $url, $match) === 1) {
            return $match[0];
        }
        $host = parse_url($url, PHP_URL_HOST);
        if (is_string($host) && $host !== '') {
            return $host . (is_int($port = parse_url($url, PHP_URL_PORT)) ? ':' . $port : '');
        }

        return preg_match('~^[\w.-]+@([\w.-]+:.*)$~', $url, $match) === 1 ? $match[1] : dirname((string) preg_replace('~^file://~i', '', $url));
    }
}
