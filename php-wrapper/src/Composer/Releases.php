<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Composer;

use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Site;

/** The released versions of the tool, as the shop's own Composer repositories tell them; asked once a day. */
final class Releases
{
    private const AGE = 86400;
    private const TIMEOUT = 300;

    /** @return list<string> exact versions, ascending */
    public static function find(Shop $shop, Reporter $reporter, bool $refresh = false, ?Program $composer = null): array
    {
        $cache = new Cache($shop, 'releases.json');
        $manifest = Manifest::of($shop);
        $question = $manifest->repositoriesHash(Environment::of($shop)->composerHome());
        $known = $refresh ? null : self::strings($cache->get($question, self::AGE));
        if ($known !== null) {
            return $known;
        }
        try {
            $releases = self::ask($shop, $manifest, $composer ?? Program::find($shop));
        } catch (Failure $e) {
            $stale = self::strings($cache->get($question));
            if ($stale === null) {
                throw $e;
            }
            $reporter->warning('The repositories could not be asked for the releases of the tool; an older answer is used. ' . $e->getMessage());

            return $stale;
        }
        $cache->put($question, $releases);

        return $releases;
    }

    /** @return list<string> */
    private static function ask(Shop $shop, Manifest $manifest, Program $composer): array
    {
        $stage = LightStage::make($shop);
        try {
            $stage->write('composer.json', $manifest->light());
            $result = $composer->run($stage->stage, ['show', '--all', '--format=json', '--no-plugins', '--no-ansi', '--', Shop::TOOL], null, self::TIMEOUT);
        } finally {
            $stage->remove();
        }
        if ($result['status'] !== 0) {
            $error = ComposerError::of($result['errors'] . $result['output']);
            $exitCode = $error->code === 'not-found' ? ExitCode::NO_RELEASE : ExitCode::COMPOSER;
            throw new Failure($exitCode, $error->code, sprintf('Composer does not find the releases of %s: %s', Shop::TOOL, $error->message), $error->hint);
        }
        try {
            $releases = Site::parseReleases($result['output']);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::NO_RELEASE, 'Composer\'s answer about the releases cannot be read');
        }
        if ($releases === []) {
            throw new Failure(ExitCode::NO_RELEASE, 'no-release', sprintf('The repositories of "%s" know no release of %s.', $shop->root, Shop::TOOL), 'See "repositories" in composer.json; Magento\'s own is https://repo.magento.com/.');
        }

        return $releases;
    }

    /** @return ?non-empty-list<string> */
    private static function strings(mixed $value): ?array
    {
        $strings = is_array($value) ? array_values(array_filter($value, 'is_string')) : [];

        return $strings === [] ? null : $strings;
    }
}
