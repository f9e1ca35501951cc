<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

/** The part of the tool that a path names: relative to the tool or to the Magento root; "." is all of it. */
final class Subtree
{
    public readonly string $path;

    public function __construct(string $given, string $tool)
    {
        $given = trim((string) preg_replace('~^(\./)+~', '', $given), '/');
        $given = str_starts_with($given . '/', $tool . '/') ? rtrim(substr($given . '/', strlen($tool) + 1), '/') : $given;
        $this->path = $given === '.' ? '' : $given;
    }

    public function isAll(): bool
    {
        return $this->path === '';
    }

    public function has(string $path): bool
    {
        return $this->isAll() || $path === $this->path || str_starts_with($path, $this->path . '/');
    }
}
