<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Remote;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Database\EnvFile;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;

/** Finds the settings of copies: the module's own, which Magento has in its database, then Magento's remote storage. */
final class SettingsSource
{
    private const MODULE = 'Lockstep_MigrationTool';
    private const SECONDS = 60;

    /** @param bool $writes what is written goes nowhere but to the place that is meant: then a Magento that does not answer stops it */
    public static function find(Shop $shop, Reporter $reporter, bool $writes): StorageSettings
    {
        $env = is_file($shop->path(EnvFile::PATH)) ? EnvFile::read($shop)->section('remote_storage') : [];
        $settings = null;
        try {
            $settings = self::hasModule($shop) ? StorageSettings::ofConfiguration(self::ask($shop)) : null;
        } catch (Failure $e) {
            if ($writes || $e->error !== 'magento' || StorageSettings::ofEnvFile($env) === null) {
                throw $e;
            }
            $reporter->warning($e->getMessage() . ' The remote storage that app/etc/env.php names is looked at.');
        }
        $settings ??= StorageSettings::ofEnvFile($env);
        if ($settings === null) {
            throw Failure::preflight('no-remote', 'No storage for copies off the machine is set up.', 'Name a bucket under Stores > Configuration > Data Migration Tool > Off-Machine Copy; without Magento, as remote_storage in app/etc/env.php: driver "aws-s3", config: bucket, region, credentials (key, secret), endpoint and use_path_style_endpoint where it is not Amazon\'s.');
        }
        if ($settings->isReadableUnderWay()) {
            $reporter->warning(sprintf('"%s" is not encrypted: who listens on the way reads passwords in the backups. Use https.', $settings->endpoint));
        }

        return $settings;
    }

    /** Magento is booted only where it can have something to say. */
    private static function hasModule(Shop $shop): bool
    {
        $file = $shop->path('app/etc/config.php');
        if (!is_file($file) || !is_file($shop->path('app/bootstrap.php')) || !is_file($shop->path(EnvFile::PATH))) {
            return false;
        }
        $config = (static fn (): mixed => include $file)();
        $modules = is_array($config) && is_array($config['modules'] ?? null) ? $config['modules'] : [];

        return ($modules[self::MODULE] ?? 0) === 1;
    }

    /** @return array<mixed> */
    private static function ask(Shop $shop): array
    {
        $command = [PHP_BINARY, '-d', 'display_errors=stderr', '-d', 'memory_limit=1G', __DIR__ . '/Inside/settings.php', $shop->root];
        try {
            $result = Process::run($command, getenv(), $shop->root, null, '', null, self::SECONDS);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, 4, 'Magento cannot be asked');
        }
        $section = $result['status'] === 0 ? json_decode($result['output'], true) : null;
        if (!is_array($section)) {
            $said = (string) preg_replace('/\s+/', ' ', Secrets::maskReport(trim(substr($result['errors'], 0, 400)), []));
            throw Failure::preflight('magento', sprintf('Magento does not tell where copies go (%s).', $said === '' ? 'it ended with status ' . $result['status'] : $said), 'Does "bin/magento config:show lockstep/copy/bucket" work? Is the database up?');
        }

        return $section;
    }
}
