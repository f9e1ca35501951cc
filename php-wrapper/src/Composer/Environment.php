<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Shop\Shop;

/**
 * The environment of the programs that are started: built from nothing, so that no inherited COMPOSER_*, LD_PRELOAD or
 * PATH sends Composer's writing elsewhere or runs another program.
 */
final class Environment
{
    private const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
    /** What the network, the credentials and the language of messages need, and consents that only a user gives. */
    private const PASSED = [
        'http_proxy', 'https_proxy', 'no_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'CGI_HTTP_PROXY',
        'SSL_CERT_FILE', 'SSL_CERT_DIR', 'PHPRC', 'PHP_INI_SCAN_DIR', 'TZ', 'LANG', 'LC_ALL',
    ];

    /** Credentials and consents, for Composer alone. */
    private const FOR_COMPOSER = ['SSH_AUTH_SOCK', 'COMPOSER_AUTH', 'COMPOSER_CAFILE', 'COMPOSER_IPRESOLVE', 'COMPOSER_NO_SECURITY_BLOCKING', 'COMPOSER_NO_BLOCKING'];
    /** Shops may be configured by variables that begin so. */
    private const FOR_MAGENTO = '/^(?:MAGE_|CONFIG__|MAGENTO_DC_|MAGENTO_CLOUD_)/';

    /** @param array<string, string> $inherited the environment that this process was started with */
    public function __construct(
        private readonly Shop $shop,
        private readonly array $inherited,
        private readonly int $user,
    ) {
    }

    public static function of(Shop $shop): self
    {
        return new self($shop, getenv(), posix_geteuid());
    }

    /** Where Composer's configuration and credentials are: its own variable, the user's home, else Magento's. */
    public function composerHome(): string
    {
        $given = $this->inherited['COMPOSER_HOME'] ?? '';
        if ($given !== '' && $given[0] === '/' && is_dir($given)) {
            return $given;
        }
        $home = $this->home();
        $places = [$this->xdg('XDG_CONFIG_HOME', '.config'), $home . '/.composer'];
        foreach ($this->usesXdg() ? $places : array_reverse($places) as $candidate) {
            if ($home !== '' && is_dir($candidate)) {
                return $candidate;
            }
        }

        return $this->shop->path('var/composer_home');
    }

    public function cache(): string
    {
        $given = $this->inherited['COMPOSER_CACHE_DIR'] ?? '';
        if ($given !== '' && $given[0] === '/') {
            return $given;
        }
        $home = $this->composerHome();
        if (($this->inherited['COMPOSER_HOME'] ?? '') === $home || !str_starts_with($home, $this->home() . '/.') || is_dir($home . '/cache') || !$this->usesXdg()) {
            return $home . '/cache';
        }

        return $this->xdg('XDG_CACHE_HOME', '.cache');
    }

    private function xdg(string $variable, string $directory): string
    {
        $given = $this->inherited[$variable] ?? '';

        return ($given !== '' && $given[0] === '/' ? $given : $this->home() . '/' . $directory) . '/composer';
    }

    /** As Composer decides it (Composer\Factory::useXdg). */
    private function usesXdg(): bool
    {
        foreach (array_keys($this->inherited) as $name) {
            if (str_starts_with($name, 'XDG_')) {
                return true;
            }
        }

        return is_dir('/etc/xdg');
    }

    /**
     * For Composer in a staged project.
     *
     * @param string $project   absolute path of the staged root
     * @param string $temporary absolute path of a directory of its own
     * @return array<string, string>
     */
    public function composer(string $project, string $temporary, string $php, string $binDirectory = 'vendor/bin'): array
    {
        return [
            'COMPOSER' => $project . '/composer.json',
            'COMPOSER_VENDOR_DIR' => $project . '/' . $this->shop->vendor,
            'COMPOSER_BIN_DIR' => $project . '/' . $binDirectory,
            'COMPOSER_HOME' => $this->composerHome(),
            'COMPOSER_CACHE_DIR' => $this->cache(),
            'COLUMNS' => '500', // else addresses in its messages are cut into lines
            'COMPOSER_NO_INTERACTION' => '1',
            'COMPOSER_NO_AUDIT' => '1',
            'COMPOSER_MEMORY_LIMIT' => '-1',
            'COMPOSER_PROCESS_TIMEOUT' => '0',
            'COMPOSER_DISABLE_XDEBUG_WARN' => '1',
            'PHP_BINARY' => $php,
        ] + ($this->user === 0 ? ['COMPOSER_ALLOW_SUPERUSER' => '1'] : []) + $this->passed(self::FOR_COMPOSER) + $this->plain($temporary);
    }

    /**
     * For any other program.
     *
     * @return array<string, string>
     */
    public function plain(string $temporary): array
    {
        $environment = ['PATH' => self::PATH, 'TMPDIR' => $temporary, 'XDEBUG_MODE' => 'off'];
        if ($this->home() !== '') {
            $environment['HOME'] = $this->home();
        }

        return $environment + $this->passed(self::PASSED);
    }

    /**
     * For the shop's own bin/magento.
     *
     * @return array<string, string>
     */
    public function magento(string $temporary): array
    {
        return $this->plain($temporary) + array_filter($this->inherited, static fn (string $name): bool => preg_match(self::FOR_MAGENTO, $name) === 1, ARRAY_FILTER_USE_KEY);
    }

    /**
     * @param list<string> $names
     * @return array<string, string>
     */
    private function passed(array $names): array
    {
        return array_filter(array_intersect_key($this->inherited, array_flip($names)), static fn (string $value): bool => $value !== '');
    }

    /** HOME, else what the user database says: cron and systemd give none. */
    private function home(): string
    {
        $home = $this->inherited['HOME'] ?? '';
        if ($home !== '' && $home[0] === '/' && is_readable($home)) {
            return rtrim($home, '/');
        }
        $entry = posix_getpwuid($this->user);

        return is_array($entry) && is_dir($entry['dir']) ? rtrim($entry['dir'], '/') : '';
    }
}
