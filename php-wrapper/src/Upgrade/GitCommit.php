<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Git;
use Lockstep\MigrationTool\Shop\Shop;

/** The commit to git that an upgrade or its undo calls for: suggested, never made. */
final class GitCommit
{
    /** @return list<string> at most one command, to be run in the root */
    public static function suggestion(Run $run): array
    {
        $what = $run->from === '' ? 'Install ' . Shop::TOOL . ' ' . $run->to : sprintf('Upgrade %s from %s to %s', Shop::TOOL, $run->from, $run->to);

        return self::of($run->shop, $run->delta->files ?? [], $what);
    }

    /**
     * @param list<string> $files that changed, relative to the root
     * @return list<string> at most one command
     */
    public static function of(Shop $shop, array $files, string $message): array
    {
        $git = Git::of($shop);
        if ($git === null) {
            return file_exists($shop->path('.git')) ? ['git commit composer.json composer.lock'] : [];
        }
        $other = array_filter($files, static fn (string $path): bool => !str_starts_with($path, $shop->vendor . '/'));
        $paths = $git->tracked(array_values(array_unique([$shop->vendor, 'composer.json', 'composer.lock', ...$other])));

        return $paths === [] ? [] : [sprintf('git add -A -- %s && git commit -m %s', implode(' ', array_map(self::quote(...), $paths)), escapeshellarg($message))];
    }

    private static function quote(string $path): string
    {
        return preg_match('~^[\w./@+-]+$~', $path) === 1 ? $path : escapeshellarg($path);
    }
}
