<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Verification;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Tree;

/** Every file of the staged tool has the bytes that Composer or the merge wrote, and no written file names the stage. */
final class Contents
{
    public static function check(Run $run): void
    {
        $released = $run->delta()->released ?? throw new \LogicException('The release was not scanned.');
        $merged = Tree::scan($run->stage()->path($run->shop->toolPath()), [], true);
        $expected = $beside = [];
        foreach ($run->merge->items as $item) {
            $expected[$item['path']] = true;
            if ($item['outcome'] === 'conflict') {
                $beside[] = preg_quote($item['path'], '~');
            }
            if ($item['sha256'] !== null && $merged->hash($item['path']) !== $item['sha256']) {
                throw self::failure($item['path'], 'has other bytes than the merge wrote');
            }
        }
        $beside = $beside === [] ? '~(?!)~' : '~^(?:' . implode('|', $beside) . ')\.(?:mine|new)(?:\.\d+)?$~D';
        foreach ($released->compare($merged) as $change) {
            if ($change['kind'] !== 'meta' && !isset($expected[$change['path']]) && preg_match($beside, $change['path']) !== 1 && !self::holds($change['path'], array_keys($expected))) {
                throw self::failure($change['path'], sprintf('is not as Composer installed it (%s)', $change['kind']));
            }
        }
        self::checkPaths($run);
    }

    /** A path of the stage in a file that goes live would lead nowhere. */
    private static function checkPaths(Run $run): void
    {
        $files = $run->delta()->files;
        foreach (array_diff($run->delta()->packagePaths(), [$run->shop->toolPath()]) as $package) {
            foreach (Files::below($run->stage()->path($package)) as $file) {
                $files[] = $package . '/' . $file;
            }
        }
        foreach ($files as $file) {
            $staged = $run->stage()->path($file);
            $text = is_link($staged) ? (string) readlink($staged) : (is_file($staged) ? (string) file_get_contents($staged) : '');
            if (str_contains($text, $run->id)) {
                throw new Failure(ExitCode::BACKUP, 'stage-path', sprintf('"%s", as Composer or a plugin wrote it, names the stage.', $file), 'Please report it, with the plugins that the shop uses.');
            }
        }
    }

    /** @param list<string> $expected */
    private static function holds(string $directory, array $expected): bool
    {
        foreach ($expected as $path) {
            if (str_starts_with($path, $directory . '/') || $directory === '.') {
                return true;
            }
        }

        return false;
    }

    private static function failure(string $path, string $what): Failure
    {
        return new Failure(ExitCode::BACKUP, 'contents', sprintf('"%s" in the staged tool %s.', $path, $what), 'Something else wrote to the stage, or the disk is failing. Nothing was changed.');
    }
}
