<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\MigrationTool\Shop\Shop;

/** The credentials that Composer has in this shop: for which hosts, from which files; and what of them must never be shown. */
final class Auth
{
    private const KINDS = ['http-basic', 'bearer', 'github-oauth', 'gitlab-oauth', 'gitlab-token', 'bitbucket-oauth', 'custom-headers', 'client-certificate'];
    private const SHORTEST_SECRET = 6;
    /** A user name is not secret, but the public key of a marketplace account is nobody else's business. */
    private const SHORTEST_KEY = 20;

    /**
     * @param array<string, array<mixed>> $sources file (or "COMPOSER_AUTH") => what it says
     * @param list<string>                $broken  files that are there and cannot be used
     * @param ?string                     $aside   Magento's own file, where Composer has another home
     */
    private function __construct(
        private readonly array $sources,
        public readonly array $broken,
        private readonly ?string $aside,
    ) {
    }

    public static function of(Shop $shop): self
    {
        $home = Environment::of($shop)->composerHome();
        $magento = $shop->path('var/composer_home');
        $aside = $home === $magento ? null : $magento . '/auth.json';
        $sources = $broken = [];
        foreach ([$shop->path('auth.json'), $magento . '/auth.json', $home . '/auth.json', $home . '/config.json', $shop->path('composer.json')] as $file) {
            if (!is_file($file)) {
                continue;
            }
            $json = is_readable($file) ? json_decode((string) file_get_contents($file), true) : null;
            if (is_array($json)) {
                $sources[$file] = basename($file) !== 'auth.json' && is_array($json['config'] ?? null) ? $json['config'] : $json;
            } elseif (basename($file) === 'auth.json' && $file !== $aside) {
                $broken[] = $file;
            }
        }
        $given = getenv('COMPOSER_AUTH');
        $json = is_string($given) && $given !== '' ? json_decode($given, true) : [];
        if (is_array($json)) {
            $sources['COMPOSER_AUTH'] = $json;
        } else {
            $broken[] = 'COMPOSER_AUTH';
        }

        return new self($sources, array_values(array_unique($broken)), $aside);
    }

    /** Does Composer have credentials for this host? */
    public function has(string $host): bool
    {
        return self::names(array_diff_key($this->sources, [(string) $this->aside => true]), $host);
    }

    /** A file with credentials for this host that Composer does not read. */
    public function unused(string $host): ?string
    {
        return $this->aside !== null && self::names(array_intersect_key($this->sources, [$this->aside => true]), $host) ? $this->aside : null;
    }

    /** @param array<string, array<mixed>> $sources */
    private static function names(array $sources, string $host): bool
    {
        foreach ($sources as $source) {
            foreach (self::KINDS as $kind) {
                if (is_array($source[$kind] ?? null) && isset($source[$kind][$host])) {
                    return true;
                }
            }
        }

        return false;
    }

    /** @return list<string> passwords, tokens and keys, the longest first */
    public function secrets(): array
    {
        $secrets = [];
        foreach ($this->sources as $source) {
            $found = array_intersect_key($source, array_flip(self::KINDS));
            array_walk_recursive($found, static function (mixed $value, int|string $key) use (&$secrets): void {
                if (is_string($value) && strlen($value) >= ($key === 'username' ? self::SHORTEST_KEY : self::SHORTEST_SECRET)) {
                    $secrets[] = $value;
                }
            });
        }
        usort($secrets, static fn (string $a, string $b): int => strlen($b) <=> strlen($a));

        return $secrets;
    }
}
