<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Terminal;
use Lockstep\Tree;

/** One live directory as it was, to be compared with what it is: what is mounted in it belongs to it. */
final class LiveTree
{
    private const TYPE = 0170000;
    private const DIRECTORY = 0040000;
    private const SYMLINK = 0120000;

    /** @var array<string, true> */
    private array $putBack = [];
    private Tree $before;

    /** @param list<string> $exclude */
    private function __construct(
        private readonly string $root,
        private readonly string $name,
        private readonly array $exclude,
    ) {
    }

    /**
     * @param string       $name    what paths of it begin with when they are told; "" for the shop itself
     * @param list<string> $exclude relative to it
     */
    public static function note(string $root, string $name = '', array $exclude = []): self
    {
        $tree = new self($root, $name, $exclude);
        $tree->before = Tree::scan($root, $exclude, false, null, true);

        return $tree;
    }

    /** @return array<string, string> path => target of the symlinks in it */
    public function links(): array
    {
        return $this->before->links();
    }

    /**
     * @param callable(string): bool $matters is a file with this path code?
     * @return list<string> paths that were touched since, but for permissions, which are put back
     */
    public function changed(Reporter $reporter, callable $matters): array
    {
        $after = Tree::scan($this->root, $this->exclude, false, null, true);
        $changed = [];
        foreach ($this->before->compare($after, true) as ['path' => $path]) {
            $was = $this->before->entry($path);
            $is = $after->entry($path);
            $name = $this->name === '' ? $path : $this->name . '/' . $path;
            if ($was !== null && $is !== null && self::identity($was) === self::identity($is)) {
                if ($was['mode'] !== $is['mode'] && $this->putBack($path, $was, $is)) {
                    $this->putBack[$path] = true;
                    $reporter->warning(sprintf('The permissions of "%s" were changed meanwhile, by a Composer plugin perhaps, and were put back.', Terminal::safe($name)));
                    continue;
                }
                if ($was['mode'] === $is['mode'] && (self::isA(self::DIRECTORY, $was) || isset($this->putBack[$path]) || $this->name !== '' || !$matters($path))) {
                    // times alone: what came or went in a directory is told by itself; of programs in a linked package that other shops
                    // have too, their Composer sets the permissions that they have
                    continue;
                }
            } elseif (!self::isA(self::SYMLINK, $was) && !self::isA(self::SYMLINK, $is) && !$matters($path)) {
                continue;
            }
            $changed[] = $name;
        }

        return $changed;
    }

    /**
     * All that chmod leaves as it is.
     *
     * @param array{mode: int, uid: int, gid: int, size: int, mtime: int, inode: int} $entry
     * @return array<string, int>
     */
    private static function identity(array $entry): array
    {
        return ['mode' => $entry['mode'] & self::TYPE] + (self::isA(self::DIRECTORY, $entry) ? ['mtime' => 0] : []) + $entry;
    }

    /** @param ?array{mode: int, uid: int, gid: int, size: int, mtime: int, inode: int} $entry */
    private static function isA(int $type, ?array $entry): bool
    {
        return $entry !== null && ($entry['mode'] & self::TYPE) === $type;
    }

    /**
     * Landlock stops everything but chmod: where nothing but the permissions differs, they become what they were.
     *
     * @param array{mode: int, uid: int, gid: int, size: int, mtime: int, inode: int} $was
     * @param array{mode: int, uid: int, gid: int, size: int, mtime: int, inode: int} $is
     */
    private function putBack(string $path, array $was, array $is): bool
    {
        $live = $this->root . '/' . $path;
        clearstatcache(true, $live);

        return !is_link($live) && fileinode($live) === $is['inode'] && chmod($live, $was['mode'] & 07777);
    }
}
