<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Shop;

use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Environment;
use Lockstep\Process;

/** What git says of a shop that is a work tree of it. Only asked, never told: no hook, no monitor and no lock of it comes into play. */
final class Git
{
    private const TIMEOUT = 30;
    private const PLACES = ['/usr/bin/git', '/usr/local/bin/git', '/bin/git'];

    private function __construct(
        private readonly Shop $shop,
        private readonly string $program,
    ) {
    }

    /** Null when the shop is in no work tree of this user's, or git is not installed. */
    public static function of(Shop $shop): ?self
    {
        $program = array_values(array_filter(self::PLACES, 'is_executable'))[0] ?? null;

        return $program !== null && self::isOwn($shop->root) ? new self($shop, $program) : null;
    }

    /** A repository's configuration can name programs: that of another user is not read. */
    private static function isOwn(string $directory): bool
    {
        for (; !file_exists($directory . '/.git'); $directory = dirname($directory)) {
            if ($directory === dirname($directory)) {
                return false;
            }
        }

        return fileowner($directory . '/.git') === posix_geteuid();
    }

    /**
     * @param list<string> $paths relative to the root
     * @return list<string> those that are committed or added, or hold something that is
     */
    public function tracked(array $paths): array
    {
        return array_values(array_filter($paths, fn (string $path): bool => ($this->ask('ls-files', '-z', '--', $path) ?? '') !== ''));
    }

    /** @return ?list<string> paths relative to the work tree that differ from what is committed; null when git gives no answer */
    public function changed(string $path): ?array
    {
        $answer = $this->ask('status', '--porcelain', '-z', '--no-renames', '--ignore-submodules=all', '--untracked-files=normal', '--', $path);

        return $answer === null ? null : array_map(static fn (string $line): string => substr($line, 3), array_values(array_filter(explode("\0", $answer), static fn (string $line): bool => $line !== '')));
    }

    private function ask(string ...$arguments): ?string
    {
        $options = ['--no-optional-locks', '--literal-pathspecs', '-c', 'core.fsmonitor=false', '-c', 'core.hooksPath=/dev/null', '-c', 'safe.directory=*'];
        try {
            $result = Process::run([$this->program, ...$options, ...array_values($arguments)], Environment::of($this->shop)->plain(sys_get_temp_dir()), $this->shop->root, null, '', null, self::TIMEOUT);
        } catch (CoreException) {
            return null;
        }

        return $result['status'] === 0 ? $result['output'] : null;
    }
}
