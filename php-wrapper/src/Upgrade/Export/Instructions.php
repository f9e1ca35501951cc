<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Upgrade\Run;

/** How an export is applied where the shop is built: the README in it, and the follow-up of the command. */
final class Instructions
{
    private const HERE = 'EXPORT';

    /**
     * @param ?string $directory how the export is named; null: by its path
     * @return list<string> commands and sentences, in their order
     */
    public static function steps(Run $run, Export $export, ?string $directory = null): array
    {
        $tool = $run->shop->toolPath();
        $directory ??= preg_match('~^[\w./:@%+-]+$~', $export->path) === 1 ? $export->path : escapeshellarg($export->path);
        $steps = [sprintf('In a checkout of the shop: %s', self::copies($export, $directory)), 'composer install, as the build does it'];
        $copy = sprintf('cp -R %s/%s/. %s/', $directory, Export::TOOL, $tool);
        if ($export->way === Way::Hand && ($export->hasPatch() || $export->leftOut !== [])) {
            $steps[] = sprintf('In the build, after composer install: rm -rf %s && mkdir %1$s && %s (or require cweagans/composer-patches and export again: then composer install does it)', $tool, $copy);
        } elseif ($export->leftOut !== []) {
            $steps[] = sprintf('What no patch can carry comes from the merged tool, in the build, after composer install: %s', $copy);
        }
        $private = $export->way === Way::Hand ? [] : self::modes($run);
        if ($private !== []) {
            $steps[] = sprintf('A patch does not carry who may read a file; in the build, after composer install: %s', implode(' && ', $private));
        }
        $steps[] = sprintf('Look: diff -r %s/%s %s (no difference%s)', $directory, Export::TOOL, $tool, $export->way === Way::Plugin && $export->hasPatch() ? ', but for PATCHES.txt of composer-patches' : '');
        if ($run->merge->paths('conflict') !== []) {
            $steps[] = sprintf('Look at the conflicts, which were decided by --on-conflict=%s: each file has the other side beside it, as .mine or .new.', $run->options->onConflict);
        }
        $steps[] = 'Build and deploy as usual; then bin/magento module:enable Magento_DataMigrationTool and setup:upgrade where the deployment does not do so.';

        return $steps;
    }

    /** @return list<string> a command for each customized file that fewer may read than the release's own */
    private static function modes(Run $run): array
    {
        $usual = (int) fileperms($run->stage()->path($run->shop->toolPath() . '/composer.json'));
        $commands = [];
        foreach (array_unique(array_column($run->merge->items, 'path')) as $path) {
            $relative = $run->shop->toolPath() . '/' . $path;
            $file = $run->stage()->path($relative);
            $mode = is_file($file) && !is_link($file) ? (int) fileperms($file) & 0777 : 0777;
            if (($usual & 0044 & ~$mode) !== 0) {
                $commands[] = sprintf('chmod %o %s', $mode, escapeshellarg($relative));
            }
        }

        return $commands;
    }

    private static function copies(Export $export, string $directory): string
    {
        $into = [];
        foreach ($export->files() as $file) {
            $into[dirname($file)][] = $directory . '/' . $file;
        }
        $commands = [];
        foreach ($into as $parent => $files) {
            $commands[] = ($parent === '.' ? '' : sprintf('mkdir -p %s && ', $parent)) . sprintf('cp %s %s', implode(' ', $files), $parent === '.' ? '.' : $parent . '/');
        }

        return implode(' && ', $commands);
    }

    public static function text(Run $run, Export $export): string
    {
        $lines = [
            sprintf('Data Migration Tool %s for %s, exported by Lockstep.', $run->to, $run->shop->root),
            '',
            'composer.json, composer.lock   as an upgrade leaves them' . ($export->way === Way::Plugin && $export->hasPatch() ? ', with the patch registered in "extra"' : ''),
            'tool/                          the release with your customizations merged',
            ...($export->hasPatch() ? [sprintf('%-30s from the release to tool/', $export->way->file())] : []),
            '',
            sprintf('%s stands for this directory:', self::HERE),
            ...self::numbered(self::steps($run, $export, self::HERE)),
        ];
        if ($export->way === Way::Hotfixes && $export->hasPatch()) {
            $lines[] = '';
            $lines[] = 'm2-hotfixes/ is what magento/magento-cloud-patches applies in the build on Adobe\'s cloud, from the root.';
        }
        foreach ($export->leftOut === [] ? [] : ['', 'No patch can carry these; tool/ has them:', ...$export->leftOut] as $line) {
            $lines[] = $line;
        }
        $secrets = self::secrets($run, $export);
        if ($secrets !== []) {
            array_push($lines, '', 'These hold database passwords and keys, and so does the patch: keep them out of public repositories.', ...$secrets);
        }

        return implode("\n", $lines) . "\n";
    }

    /** @return list<string> files of the merged tool that hold passwords, as far as they are customized */
    public static function secrets(Run $run, Export $export): array
    {
        $paths = array_column($run->merge->items, 'path');

        return array_values(array_filter(array_unique($paths), static function (string $path) use ($run): bool {
            $file = $run->stage()->path($run->shop->toolPath() . '/' . $path);

            return is_file($file) && preg_match('~\bpassword\s*=\s*["\'][^"\']|<crypt_key>[^<]~i', (string) file_get_contents($file)) === 1;
        }));
    }

    /**
     * @param list<string> $steps
     * @return list<string>
     */
    private static function numbered(array $steps): array
    {
        return array_map(static fn (int $number, string $step): string => sprintf('%d. %s', $number + 1, $step), array_keys($steps), $steps);
    }
}
