<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Pristine\InstalledTool;
use Lockstep\MigrationTool\Shop\Shop;

/** The release that saved customizations were made in, and how it can be had again when another one is installed. */
final class Base
{
    /**
     * @param string       $pristine name of its unpacked copy in var/lockstep/pristine, "" when that is elsewhere
     * @param array<mixed> $package  its entry of installed.json, from which Composer installs it again
     */
    public function __construct(
        public readonly InstalledTool $tool,
        public readonly string $pristine,
        public readonly array $package,
    ) {
    }

    /** Of the installed tool, whose pristine copy is $directory. */
    public static function installed(Shop $shop, string $directory): self
    {
        return new self(InstalledTool::of($shop), basename(dirname($directory)) === 'pristine' ? basename($directory) : '', InstalledJson::of($shop)->package(Shop::TOOL));
    }

    /** @return array<string, mixed> */
    public function toArray(): array
    {
        return $this->tool->toArray() + ['pristine' => $this->pristine, 'package' => $this->package];
    }

    public static function read(mixed $json): ?self
    {
        $tool = is_array($json) ? InstalledTool::read($json) : null;
        if (!is_array($json) || $tool === null) {
            return null;
        }
        $pristine = is_string($json['pristine'] ?? null) && preg_match('~^[\w+][\w.+-]*$~D', $json['pristine']) === 1 ? $json['pristine'] : '';

        return new self($tool, $pristine, is_array($json['package'] ?? null) ? $json['package'] : []);
    }
}
