<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\Tree;

/** The directory of --to: empty before, marked as long as not all is in it. */
final class Destination
{
    private const MARK = 'LOCKSTEP-UNFINISHED';

    /** @var array<string, int> mtime in ns of directories that a part put there, and others are put into */
    private array $times = [];

    private function __construct(private readonly string $path, private readonly bool $isNew)
    {
    }

    /** Refuses one that is not empty, and changes nothing. */
    public static function check(string $path): void
    {
        if (is_file($path . '/' . self::MARK)) {
            throw Failure::preflight('unfinished', sprintf('"%s" holds what a restore left that was interrupted: not all files are in it.', $path), sprintf('Take out what you need, remove it (rm -rf %s), and run it again.', escapeshellarg($path)));
        }
        if (is_dir($path) && Files::names($path) !== []) {
            throw Failure::preflight('not-empty', sprintf('"%s" is not empty.', $path), 'Give --to a directory that is empty or does not exist yet.');
        }
    }

    public static function begin(string $path, string $set): self
    {
        $isNew = !is_dir($path);
        if ($isNew) {
            Tree::privateDirectory($path);
        }
        Tree::put($path . '/' . self::MARK, sprintf("A restore of backup %s into this directory has not come to its end: not all files are here.\n", $set), 0600);

        return new self($path, $isNew);
    }

    /** Something is to be put at this path below it: the directories above that are there already keep their times. */
    public function keep(string $path): void
    {
        do {
            $path = dirname($path);
            $directory = $this->path . '/' . $path;
            if (!isset($this->times[$path]) && is_dir($directory)) {
                $this->times[$path] = Tree::scan($directory, Files::names($directory))->entry('.')['mtime'] ?? 0;
            }
        } while ($path !== '.');
    }

    public function end(): void
    {
        $this->keep('.');
        Tree::remove($this->path . '/' . self::MARK);
        Archive::setTimes($this->path, $this->times);
    }

    /** What earlier parts put there stays, marked; where there is nothing, it is as before. */
    public function fail(Failure $e): Failure
    {
        if (Files::names($this->path) === [self::MARK]) {
            Tree::remove($this->isNew ? $this->path : $this->path . '/' . self::MARK);

            return $e;
        }

        return new Failure($e->exitCode, $e->error, $e->getMessage(), trim($e->hint . sprintf(' What was unpacked before is in %s, which is not whole.', $this->path)), $e->data, $e->getPrevious());
    }
}
