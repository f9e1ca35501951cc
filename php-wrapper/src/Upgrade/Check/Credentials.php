<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\Auth;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Upgrade\Run;

/** Composer has credentials for the repositories that are known to want them, and can read the files with them. No network. */
final class Credentials implements Check
{
    private const WANT_THEM = '~^(?:repo\.magento\.com|(?:[\w-]+\.)?repo\.packagist\.com|composer\.amasty\.com)$~i';

    public function find(Run $run): array
    {
        $auth = Auth::of($run->shop);
        $findings = [];
        foreach ($auth->broken as $file) {
            $findings[] = Finding::error('auth-broken', sprintf('"%s" with the credentials cannot be read, or is not JSON.', $file), 'Put it in order, and let the Magento file system owner read it.');
        }
        $hosts = [];
        foreach (self::entries($run) as $repository) {
            $url = is_array($repository) && is_string($repository['url'] ?? null) ? $repository['url'] : '';
            $host = (string) parse_url($url, PHP_URL_HOST);
            $options = is_array($repository) && is_array($repository['options'] ?? null) ? $repository['options'] : [];
            if (preg_match(self::WANT_THEM, $host) === 1 && parse_url($url, PHP_URL_USER) === null && !isset($options['http'])) {
                $hosts[strtolower($host)] = true;
            }
        }
        foreach (array_keys($hosts) as $host) {
            if (!$auth->has($host)) {
                $findings[] = self::missing($run, $host, $auth->unused($host));
            }
        }

        return $findings;
    }

    private static function missing(Run $run, string $host, ?string $unused): Finding
    {
        $home = $run->composer()->environment()->composerHome();
        $fix = $unused !== null
            ? sprintf('"%s" has them, but Composer\'s home is "%s": copy that file to "%s".', $unused, $home, $run->shop->path('auth.json'))
            : sprintf('Put them into "%s" or "%s/auth.json": composer config --auth http-basic.%s USER PASSWORD', $run->shop->path('auth.json'), $home, $host);

        return Finding::warning('no-credentials', sprintf('%s wants credentials, and Composer has none for it: only what its cache holds can be installed.', $host), $fix);
    }

    /** @return array<mixed> */
    private static function entries(Run $run): array
    {
        return Manifest::of($run->shop)->repositories()->entries();
    }
}
