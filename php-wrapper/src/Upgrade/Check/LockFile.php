<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

use Lockstep\MigrationTool\Composer\LightStage;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\StaleLock;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Run;

/** composer.lock belongs to composer.json as it is now: else Composer would change what nobody asked for. */
final class LockFile implements Check
{
    private const UNSATISFIED = '/^- Required(?: \(in (require-dev)\))? package "([^"]+)" is in the lock file as "([^"]+)" but that does not satisfy your constraint "([^"]+)"/m';

    public function find(Run $run): array
    {
        $file = $run->shop->path('composer.lock');
        $lock = LockedPackages::read($file);
        if ($lock === null) {
            return [is_file($file)
                ? Finding::error('composer-lock', sprintf('"%s" is not JSON.', $file), 'Put it in order, from version control for instance.')
                : Finding::error('no-lock', sprintf('"%s" is missing: Composer would bring every package up to date, not the tool alone.', $file), 'Put it back from version control or from a backup.')];
        }
        if ($lock->contentHash === '' || $lock->contentHash === Manifest::of($run->shop)->contentHash()) {
            return [];
        }
        $differences = array_map(Terminal::safe(...), self::differences($run));
        $message = 'composer.lock is not up to date with composer.json: ' . ($differences === []
            ? 'what is locked meets every requirement, so a constraint, the repositories, "extra", "conflict", "replace", "provide", the name or the version were edited.'
            : "\n  " . implode("\n  ", $differences));

        return [$run->options->acceptStaleLock
            ? Finding::warning('lock-stale', $message, 'It is accepted, as asked; the tool alone is changed, or nothing.')
            : Finding::error('lock-stale', $message, $differences === []
                ? '"composer update --lock" brings it up to date and changes no package; or go on with --accept-stale-lock.'
                : 'Bring it up to date first: "composer update --lock" where no package changes, else "composer update" with the packages named above. Or go on with --accept-stale-lock, which changes the tool alone, or nothing.')];
    }

    /** @return list<string> */
    private static function differences(Run $run): array
    {
        [$json, $lock] = [self::read($run->shop->path('composer.json')), self::read($run->shop->path('composer.lock'))];
        $stale = new StaleLock($json, $lock);
        $light = LightStage::make($run->shop);
        try {
            $light->write('composer.json', $stale->question());
            $light->write('composer.lock', $lock);
            $said = $run->composer()->run($light->stage, ['validate', '--no-check-publish', '--no-check-all', '--no-plugins', '--no-interaction', '--no-ansi'], null, 60);
        } finally {
            $light->remove();
        }
        preg_match_all(self::UNSATISFIED, $said['output'] . "\n" . $said['errors'], $found, PREG_SET_ORDER);

        return $stale->differences(array_map(static fn (array $match): string => sprintf('%s "%s" is required (%s), and %s is locked', $match[2], $match[4], $match[1] === '' ? 'require' : $match[1], $match[3]), $found));
    }

    /** @return array<mixed> */
    private static function read(string $file): array
    {
        $json = json_decode((string) file_get_contents($file), true);

        return is_array($json) ? $json : [];
    }
}
