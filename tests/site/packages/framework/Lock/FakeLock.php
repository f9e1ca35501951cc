<?php

namespace Magento\Framework\Lock;

/**
 * A fake backend: files of a directory that several shops may share, or without one a flock on env.php itself, so that a
 * shop looks untouched. It loses the lock, as a server does that goes away, once a pattern has so many matches in the shop.
 */
class FakeLock implements LockManagerInterface
{
    /** @var resource|null */
    private $file;

    /** @param array{string, int}|null $loses */
    public function __construct(private readonly string $directory, private readonly ?array $loses = null)
    {
    }

    public function lock(string $name, int $timeout = -1): bool
    {
        if ($this->directory === 'broken') {
            throw new \RuntimeException('The fake backend cannot be reached.');
        }
        $file = $this->directory === '' ? fopen(BP . '/app/etc/env.php', 'r') : fopen("$this->directory/$name", 'c');
        for ($until = microtime(true) + $timeout; !flock($file, LOCK_EX | LOCK_NB); usleep(20000)) {
            if ($timeout >= 0 && microtime(true) > $until) {
                return false;
            }
        }
        $this->file = $file;

        return true;
    }

    public function unlock(string $name): bool
    {
        $this->file = null;

        return true;
    }

    public function isLocked(string $name): bool
    {
        if ($this->loses !== null && count(glob(BP . '/' . $this->loses[0])) === $this->loses[1]) {
            $this->unlock($name);
        }

        return $this->file !== null;
    }
}
