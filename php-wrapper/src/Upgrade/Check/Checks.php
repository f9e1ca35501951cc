<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Check;

/** All checks of Preflight, in the order in which their findings are told. */
final class Checks
{
    /** @return list<Check> */
    public static function before(): array
    {
        return [
            new User(),
            new PhpSettings(),
            new ComposerOne(),
            new MagentoRoot(),
            new VendorPath(),
            new LockFile(),
            new InstalledAsLocked(),
            new Writable(),
            new FreeSpace(),
            new ToolDirectory(),
            new MigrationUnderWay(),
            new BuiltElsewhere(),
        ];
    }

    /**
     * Checks that need the stage's directory: the file system is tried, not asked.
     *
     * @return list<Check>
     */
    public static function withStage(): array
    {
        return [new Exchange(), new ComposerVersion()];
    }
}
