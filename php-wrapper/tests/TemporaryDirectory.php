<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests;

/** A directory for one test, removed after it. */
trait TemporaryDirectory
{
    private ?string $temporary = null;

    protected function temporaryDirectory(): string
    {
        if ($this->temporary === null) {
            $this->temporary = sys_get_temp_dir() . '/lockstep-test-' . bin2hex(random_bytes(6));
            mkdir($this->temporary, 0700);
        }

        return $this->temporary;
    }

    /** @after */
    protected function removeTemporaryDirectory(): void
    {
        if ($this->temporary === null) {
            return;
        }
        $flags = \FilesystemIterator::SKIP_DOTS | \FilesystemIterator::CURRENT_AS_PATHNAME;
        $entries = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($this->temporary, $flags), \RecursiveIteratorIterator::CHILD_FIRST);
        /** @var string $path */
        foreach ($entries as $path) {
            is_dir($path) && !is_link($path) ? rmdir($path) : unlink($path);
        }
        rmdir($this->temporary);
        $this->temporary = null;
    }
}
