<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;

/**
 * The proof that nothing touched the live code between the beginning and the commit: two scans.
 *
 * A shop is not closed meanwhile. What it writes by itself says nothing about the upgrade, and must not stop it: caches, logs,
 * sessions (var), generated code, media, static files, and in the document root sitemaps, feeds and challenges of certificates.
 * There, and in the root itself, only files that PHP or the web server obey are looked at.
 */
final class LiveProof
{
    private const TOLD = 20;
    private const NOT_LOOKED_AT = ['.git', 'generated', 'pub/media', 'pub/static', 'var'];
    /** The root's own files and the document root: where a running shop puts files. */
    private const WRITTEN_BY_SHOPS = '~^(?:[^/]+|pub/.+)$~';
    private const OBEYED = '~\.(?:php\d?|phtml|phar|inc)$|(?:^|/)(?:\.ht[^/]*|\.user\.ini|php\.ini)$|^(?:composer\.(?:json|lock)|auth\.json)$~i';

    /**
     * @param list<LiveTree>            $trees the shop first
     * @param array<string, list<int>> $files files outside of the shop => their state
     */
    private function __construct(
        private readonly array $trees,
        private readonly array $files,
    ) {
    }

    /** @param list<string> $exclude what this run itself writes, relative to the root */
    public static function begin(Shop $shop, array $exclude = []): self
    {
        $trees = [LiveTree::note($shop->root, '', [...self::NOT_LOOKED_AT, ...$exclude])];
        // through a link in the stage a plugin comes to where the live link leads: without a fence that is to be proved too
        $outside = WriteFence::isCopies() ? self::outside($shop->root, $trees[0]->links()) : [];
        $files = [];
        foreach ($outside as $path) {
            if (is_dir($path)) {
                $trees[] = LiveTree::note($path, $path);
            } else {
                $files[$path] = self::state($path);
            }
        }

        return new self($trees, $files);
    }

    /** Stops with the names of what was touched since. */
    public function check(Reporter $reporter): void
    {
        $changed = $this->changed($reporter);
        if ($changed === []) {
            return;
        }
        $names = implode("\n  ", array_map(Terminal::safe(...), array_slice($changed, 0, self::TOLD))) . (count($changed) > self::TOLD ? "\n  …" : '');
        throw WriteFence::isCopies()
            ? new Failure(
                ExitCode::PERSON_NEEDED,
                'live-changed',
                "The live tree was changed while the upgrade ran, by a Composer plugin or by someone else:\n  " . $names,
                'Nothing was put in place, but this system gives no write fence that would have stopped a plugin. See var/lockstep/last-composer.log, and restore what should not have changed.',
            )
            : new Failure(
                ExitCode::PERSON_NEEDED,
                'live-changed',
                "The live tree was changed by someone else while the upgrade ran:\n  " . $names,
                'The upgrade itself changed nothing. See who did (a deployment, a Composer plugin?), then run the command again.',
            );
    }

    /** @return list<string> paths that were touched since, but for permissions, which are put back */
    private function changed(Reporter $reporter): array
    {
        $changed = [];
        foreach ($this->trees as $index => $tree) {
            $changed = [...$changed, ...$tree->changed($reporter, $index === 0 ? self::matters(...) : static fn (string $path): bool => true)];
        }
        foreach ($this->files as $path => $state) {
            if (self::state($path) !== $state) {
                $changed[] = $path;
            }
        }

        return $changed;
    }

    private static function matters(string $path): bool
    {
        return preg_match(self::WRITTEN_BY_SHOPS, $path) !== 1 || preg_match(self::OBEYED, $path) === 1;
    }

    /**
     * @param array<string, string> $links
     * @return list<string> what symlinks of the shop lead to outside of it; none within another
     */
    private static function outside(string $root, array $links): array
    {
        $found = [];
        foreach (array_keys($links) as $link) {
            $real = realpath($root . '/' . $link);
            if ($real !== false && is_writable($real) && !self::isBelow($real, $root) && !self::isBelow($root, $real)) {
                $found[$real] = $real;
            }
        }
        sort($found, SORT_STRING);
        $outer = [];
        foreach ($found as $path) {
            if ($outer === [] || !self::isBelow($path, $outer[count($outer) - 1])) {
                $outer[] = $path;
            }
        }

        return $outer;
    }

    private static function isBelow(string $path, string $directory): bool
    {
        return str_starts_with($path . '/', rtrim($directory, '/') . '/');
    }

    /** @return list<int> */
    private static function state(string $file): array
    {
        clearstatcache(true, $file);
        $stat = @stat($file);

        return $stat === false ? [] : [$stat['ino'], $stat['mode'], $stat['uid'], $stat['gid'], $stat['size'], $stat['mtime'], $stat['ctime']];
    }
}
