<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Pristine;

use Lockstep\MigrationTool\Composer\Environment;
use Lockstep\MigrationTool\Composer\InstalledJson;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Process;
use Lockstep\Tree;

/** A tool that was installed from source: its own repository has the commit that Composer installed, whatever was committed or edited since. */
final class GitCheckout
{
    private const TIMEOUT = 120;

    private function __construct(
        private readonly string $repository,
        private readonly string $commit,
    ) {
    }

    /** Null when the tool is no checkout. */
    public static function of(Shop $shop): ?self
    {
        $repository = $shop->path($shop->toolPath() . '/.git');
        if (!file_exists($repository)) {
            return null;
        }
        $source = InstalledJson::of($shop)->package(Shop::TOOL)['source'] ?? null;
        $commit = is_array($source) && is_string($source['reference'] ?? null) ? $source['reference'] : '';

        return self::isCommit($commit) ? new self($repository, $commit) : null;
    }

    /** A directory that was given as the release: a checkout of this user's own says by its commit whether it is that. Null when it cannot. */
    public static function given(string $directory, string $reference): ?self
    {
        $repository = $directory . '/.git'; // its configuration can name programs: that of another user is not read

        return self::isCommit($reference) && file_exists($repository) && fileowner($repository) === posix_geteuid() ? new self($repository, $reference) : null;
    }

    private static function isCommit(string $reference): bool
    {
        return preg_match('/^[0-9a-f]{40,64}$/D', $reference) === 1;
    }

    /** A name for this commit's files: an archive of it may lack some of them (export-ignore). */
    public function key(): string
    {
        return 'commit-' . substr($this->commit, 0, 12);
    }

    /**
     * Writes the commit's files below $to, reading the repository and changing nothing in it; the index that git needs stands
     * in $to's own temporary directory.
     */
    public function into(Shop $shop, string $to): string
    {
        Tree::privateDirectory($to . '/release');
        Tree::privateDirectory($to . '/tmp');
        $environment = ['GIT_INDEX_FILE' => $to . '/tmp/index', 'GIT_CONFIG_NOSYSTEM' => '1', 'GIT_OPTIONAL_LOCKS' => '0', 'GIT_TERMINAL_PROMPT' => '0'] + Environment::of($shop)->plain($to . '/tmp');
        $git = ['/usr/bin/env', 'git', '-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', '-c', 'safe.directory=*', '--git-dir=' . $this->repository, '--work-tree=' . $to . '/release'];
        foreach ([['read-tree', $this->commit], ['checkout-index', '--all', '--force', '--prefix=' . $to . '/release/']] as $arguments) {
            $result = Process::run([...$git, ...$arguments], $environment, $to . '/release', Process::fence() === 'none' ? null : [$to], '', null, self::TIMEOUT);
            if ($result['status'] !== 0) {
                throw Failure::preflight('git', sprintf('git cannot read commit %s of "%s": %s', $this->commit, dirname($this->repository), trim($result['errors'] . $result['output'])));
            }
        }

        return $to . '/release';
    }
}
