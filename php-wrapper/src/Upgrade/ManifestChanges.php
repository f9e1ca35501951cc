<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Export\Registration;

/** What differs in the staged composer.json besides the tool's line: a plugin did that, and it is refused by name. */
final class ManifestChanges
{
    public static function check(Run $run): void
    {
        $live = Manifest::of($run->shop);
        $staged = Manifest::read($run->stage()->composer->project);
        $new = array_diff($staged->repositories()->set(), $live->repositories()->set());
        if ($new !== []) {
            throw new Failure(ExitCode::COMPOSER, 'new-repository', sprintf('Composer, or a plugin of it, added a repository to composer.json: %s', Secrets::maskAddresses(implode(', ', $new))), 'Add it yourself first if it is meant.');
        }
        $scripts = self::differing($live->section('scripts'), $staged->section('scripts'));
        if ($scripts !== []) {
            throw new Failure(ExitCode::COMPOSER, 'new-script', sprintf('A Composer plugin changed the root scripts of composer.json, which run in every Composer run: %s.', implode(', ', $scripts)), 'Look at it, and add the script yourself first if it is meant.');
        }
        $keys = self::differing(Registration::ignored($live->without(Shop::TOOL)), Registration::ignored($staged->without(Shop::TOOL)));
        if ($keys !== []) {
            throw new Failure(ExitCode::COMPOSER, 'manifest-changed', sprintf('Composer, or a plugin of it, changed more than the tool\'s line in composer.json: %s.', implode(', ', $keys)), 'Look at the plugins that the shop uses; make the change yourself first if it is meant.');
        }
    }

    /**
     * @param array<mixed> $before
     * @param array<mixed> $after
     * @return list<string> keys whose values differ; the order of keys means nothing
     */
    private static function differing(array $before, array $after): array
    {
        $keys = array_filter(array_keys($before + $after), static fn (int|string $key): bool => self::sorted($before[$key] ?? null) !== self::sorted($after[$key] ?? null));

        return array_values(array_map('strval', $keys));
    }

    private static function sorted(mixed $value): mixed
    {
        if (is_array($value)) {
            $value = array_map(self::sorted(...), $value);
            ksort($value);
        }

        return $value;
    }
}
