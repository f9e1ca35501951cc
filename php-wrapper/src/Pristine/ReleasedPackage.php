<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\MigrationTool\Composer\ComposerError;
use Lockstep\MigrationTool\Composer\LightStage;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/** A release of which the version alone is known, as the repositories tell it: from where Composer can install it. */
final class ReleasedPackage
{
    private const TIMEOUT = 300;

    /** @return array<mixed> an entry for installed.json */
    public static function ask(Shop $shop, string $version, Program $composer, Reporter $reporter): array
    {
        $stage = LightStage::make($shop);
        try {
            $stage->write('composer.json', Manifest::of($shop)->light());
            $result = $composer->run($stage->stage, ['show', '--all', '--format=json', '--no-plugins', '--no-interaction', '--no-ansi', '--', Shop::TOOL, $version], $reporter, self::TIMEOUT);
            $told = json_decode($result['output'], true);
            if ($result['status'] !== 0 || !is_array($told)) {
                throw Failure::preflight('no-release', 'Composer: ' . ComposerError::of($result['errors'] . $result['output'], Manifest::of($shop)->repositories())->message);
            }
            $places = array_filter(['dist' => self::place($told, 'dist'), 'source' => self::place($told, 'source')]);

            return $places === [] ? throw Failure::preflight('no-release', sprintf('The repositories do not tell where release %s is.', $version)) : ['name' => Shop::TOOL, 'version' => $version, 'type' => 'library', 'installation-source' => array_keys($places)[0]] + $places;
        } finally {
            $stage->remove();
        }
    }

    /**
     * @param array<mixed> $told
     *
     * @return ?array{type: string, url: string, reference: ?string}
     */
    private static function place(array $told, string $key): ?array
    {
        $place = $told[$key] ?? null;
        if (!is_array($place) || !is_string($place['type'] ?? null) || !is_string($place['url'] ?? null) || $place['type'] === '' || $place['url'] === '') {
            return null;
        }

        return ['type' => $place['type'], 'url' => $place['url'], 'reference' => is_string($place['reference'] ?? null) && $place['reference'] !== '' ? $place['reference'] : null];
    }
}
