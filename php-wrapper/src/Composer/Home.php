<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\Tree;

/**
 * A COMPOSER_HOME that lets Composer read and write composer.lock.
 *
 * A user's global config.json may say "lock": false; Composer would then ignore the shop's lock file and update everything.
 * Then a home of its own with the same settings but that, and the same credentials, is made for the run.
 */
final class Home
{
    /** The home itself, or its stand-in below $temporary. */
    public static function forLocking(string $home, string $temporary): string
    {
        $file = $home . '/config.json';
        $json = is_file($file) && is_readable($file) ? json_decode((string) file_get_contents($file)) : null;
        $config = $json instanceof \stdClass ? $json->config ?? null : null;
        if (!$config instanceof \stdClass || ($config->lock ?? true) !== false) {
            return $home;
        }
        unset($config->lock);
        $own = $temporary . '/composer-home';
        if (!is_dir($own)) {
            Tree::privateDirectory($own);
            file_put_contents($own . '/config.json', json_encode($json, JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR));
            foreach (['auth.json', 'keys.dev.pub', 'keys.tags.pub', 'vendor', 'composer.json', 'composer.lock'] as $name) {
                if (file_exists($home . '/' . $name)) {
                    symlink($home . '/' . $name, $own . '/' . $name);
                }
            }
        }

        return $own;
    }
}
