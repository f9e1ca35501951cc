<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** All checks of Preflight, grouped, in the order in which their findings are told. */
final class Checks
{
    /** @return array<string, list<Check>> group => checks that only read */
    public static function before(): array
    {
        return [
            'User and PHP' => [new User(), new PhpSettings()],
            'Composer' => [new ComposerOne(), new LockFile(), new InstalledAsLocked()],
            'Magento' => [new MagentoRoot(), new ToolDirectory(), new MigrationUnderWay(), new BuiltElsewhere()],
            'Files' => [new VendorPath(), new Writable(), new FreeSpace()],
        ];
    }

    /**
     * Checks that need the stage's directory: the file system is tried, not asked.
     *
     * @return array<string, list<Check>>
     */
    public static function withStage(): array
    {
        return ['Files' => [new Exchange()], 'Composer' => [new ComposerVersion()]];
    }
}
