<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Shop\Git;
use Lockstep\MigrationTool\Shop\Shop;

/** The commit to git that an upgrade calls for: suggested, never made. */
final class GitCommit
{
    /** @return list<string> at most one command, to be run in the root */
    public static function suggestion(Run $run): array
    {
        $git = Git::of($run->shop);
        if ($git === null) {
            return file_exists($run->shop->path('.git')) ? ['git commit composer.json composer.lock'] : [];
        }
        $other = array_filter($run->delta->files ?? [], static fn (string $path): bool => !str_starts_with($path, $run->shop->vendor . '/'));
        $paths = $git->tracked(array_values(array_unique([$run->shop->vendor, 'composer.json', 'composer.lock', ...$other])));

        return $paths === [] ? [] : [sprintf(
            'git add -A -- %s && git commit -m %s',
            implode(' ', array_map(self::quote(...), $paths)),
            escapeshellarg(sprintf('%s %s', $run->from === '' ? 'Install' : 'Upgrade', Shop::TOOL . ' ' . ($run->from === '' ? '' : 'from ' . $run->from . ' to ') . $run->to)),
        )];
    }

    private static function quote(string $path): string
    {
        return preg_match('~^[\w./@+-]+$~', $path) === 1 ? $path : escapeshellarg($path);
    }
}
