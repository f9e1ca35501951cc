<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e;

use Lockstep\MigrationTool\Composer\Manifest;

/** Edits of a shop's composer.json as its developers would have made them: composer.lock stays fresh. */
final class ComposerFiles
{
    /** @param callable(\stdClass): void $change of composer.json */
    public static function edit(Site $site, callable $change): void
    {
        $json = json_decode($site->get('composer.json'), false, 64, JSON_THROW_ON_ERROR);
        $change($json);
        $site->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR) . "\n");
        self::refresh($site);
    }

    /** The shop's Composer repository is on the web, and always was. */
    public static function serve(Site $site, RepositoryServer $server): void
    {
        foreach (['composer.json', 'composer.lock', 'vendor/composer/installed.json'] as $file) {
            $site->put($file, str_replace('file://' . self::repository($site), $server->url(), $site->get($file)));
        }
        self::edit($site, static function (\stdClass $json) use ($server): void {
            $json->repositories->shop->url = $server->url();
            $json->config->{'secure-http'} = false;
        });
    }

    /** The directory of the shop's repository. */
    public static function repository(Site $site): string
    {
        static $known = [];
        if (preg_match('~"file://([^"]+/repository-[^"/]+)"~', $site->get('composer.json'), $match) === 1) {
            $known[$site->root] = $match[1];
        }

        return $known[$site->root] ?? throw new \RuntimeException('The shop has no repository on disk.');
    }

    private static function refresh(Site $site): void
    {
        $site->put('composer.lock', (string)preg_replace('/("content-hash": ")[0-9a-f]+/', '${1}' . Manifest::read($site->root)->contentHash(), $site->get('composer.lock'), 1));
    }
}
