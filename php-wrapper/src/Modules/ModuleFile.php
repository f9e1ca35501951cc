<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Modules;

/** A file of the user's own module (or package) that the tool reads: a configuration, or what one names in its options. */
final class ModuleFile
{
    public const CONFIG = 'config';

    /**
     * @param string  $path    relative to the Magento root
     * @param string  $option  the option that names it; CONFIG for a configuration itself
     * @param string  $config  path of the configuration that names it, or its own
     * @param ?string $outside why it is told and never changed; null: it may be merged
     */
    public function __construct(
        public readonly string $path,
        public readonly string $option,
        public readonly string $config,
        public readonly ?string $outside,
    ) {
    }
}
