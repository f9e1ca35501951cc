<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** All checks of Preflight, grouped, in the order in which their findings are told. */
final class Checks
{
    /** @return array<string, list<Check>> group => what every command that writes looks at by itself before; for who only looks */
    public static function around(): array
    {
        return ['Lockstep' => [new Engine(), new StateDirectory(), new AnotherRun(), new PendingRecovery()]];
    }

    /** @return array<string, list<Check>> group => checks that only read */
    public static function before(): array
    {
        return [
            'User and PHP' => [new User(), new PhpSettings(), new Memory(), new PhpRestrictions()],
            'Composer' => [new ComposerOne(), new TamperedVendor(), new LockFile(), new InstalledAsLocked(), new PlainRepositories(), new PlatformExtensions(), new Credentials(), new ComposerHome()],
            'Magento' => [new MagentoRoot(), new ToolDirectory(), new MigrationUnderWay(), new BuiltElsewhere()],
            'Files' => [new RootName(), new VendorPath(), new LinkedPaths(), new CommittedVendor(), new Mounts(), new Writable(), new FreeSpace(), new Fence(), new ExportDirectory()],
        ];
    }

    /**
     * Checks that need the stage's directory: the file system is tried, not asked.
     *
     * @return array<string, list<Check>>
     */
    public static function withStage(): array
    {
        return ['Files' => [new Exchange()], 'Composer' => [new ComposerVersion(), new UntrustedPlugins()]];
    }

    /** "Installed as locked" of InstalledAsLocked. */
    public static function title(Check $check): string
    {
        $words = (string) preg_replace('/(?<=[a-z])[A-Z]/', ' $0', basename(strtr($check::class, '\\', '/')));

        return str_replace('Php ', 'PHP ', ucfirst(strtolower($words)));
    }
}
