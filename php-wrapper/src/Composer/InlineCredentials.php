<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * User and password in the addresses of repositories. Composer learns them when it asks the repository, and an installation from the
 * lock file alone asks none: so each run is given them as COMPOSER_AUTH, with what stands there already.
 */
final class InlineCredentials
{
    /**
     * @param string $given the user's own COMPOSER_AUTH, "" for none
     * @return ?string COMPOSER_AUTH; null where the addresses have no credentials
     */
    public static function added(Shop $shop, string $given): ?string
    {
        try {
            $found = self::found(Manifest::of($shop)->repositories());
        } catch (Failure) {
            return null; // a composer.json that cannot be read is told by who needs it
        }
        $auth = $given === '' ? [] : json_decode($given, true);
        if ($found === [] || !is_array($auth)) {
            return null;
        }
        $auth['http-basic'] = $found + (is_array($auth['http-basic'] ?? null) ? $auth['http-basic'] : []);

        return json_encode($auth, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES);
    }

    /** @return array<string, array{username: string, password: string}> by host */
    private static function found(Repositories $repositories): array
    {
        $found = [];
        foreach ($repositories->all() as $repository) {
            if (preg_match('~^https?://([^:/@]+):([^/@]+)@([^/]+)~i', $repository['url'], $match) === 1) {
                $found[$match[3]] = ['username' => rawurldecode($match[1]), 'password' => rawurldecode($match[2])];
            }
        }

        return $found;
    }
}
