<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Console;

use Lockstep\MigrationTool\Terminal;
use Symfony\Component\Console\Output\OutputInterface;

/** The parts of a backup as a person reads them. */
final class BackupText
{
    /** @param list<array{name: string, files: int, bytes: int, stored_bytes: int, frames: int, frames_reused: int, seconds: float}> $parts */
    public static function parts(array $parts, OutputInterface $output): void
    {
        foreach ($parts as $part) {
            $copied = $part['frames_reused'] === 0 ? '' : sprintf(', %d %% of it copied from the last backup', intdiv(100 * $part['frames_reused'], max(1, $part['frames'] - 1)));
            Text::pair($output, $part['name'], sprintf('%s files, %s in %s, %.1f s%s', number_format($part['files']), Terminal::bytes($part['bytes']), Terminal::bytes($part['stored_bytes']), $part['seconds'], $copied));
        }
    }
}
