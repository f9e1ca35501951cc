<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\MigrationTool\Composer\ComposerStage;
use Lockstep\MigrationTool\Composer\LockedPackages;
use Lockstep\MigrationTool\Composer\Manifest;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\Tree;

/**
 * The patch in what composer-patches reads, always in the staged project: composer.json (extra.patches), the file that
 * extra.patches-file names, and patches.lock.json of its version 2. Composer itself edits composer.json, so that it keeps its form.
 */
final class Registration
{
    private const DESCRIPTION = 'Customizations of the Data Migration Tool (exported by Lockstep)';
    private const LOCK = 'patches.lock.json';

    /**
     * Files beside composer.json that may name the patch, and must be copies in the stage.
     *
     * @return array<string, string> as Tree::mirror wants it
     */
    public static function plan(Shop $shop): array
    {
        $named = array_filter([self::patchesFile(Manifest::of($shop)), self::LOCK], static fn (?string $file): bool => $file !== null && is_file($shop->path($file)));

        return array_fill_keys($named, 'copy');
    }

    /**
     * The patch of an earlier export holds the customizations that are found by themselves: no staged release must get it.
     *
     * @return bool whether there was one
     */
    public static function withdraw(Shop $shop, ComposerStage $stage, Program $composer): bool
    {
        $tool = self::ofTool(Manifest::read($stage->project)->section('extra')['patches'] ?? null);
        $kept = self::without($tool);
        $withdrawn = $kept !== $tool;
        if ($withdrawn) {
            self::configure($composer, $stage, $kept);
        }
        foreach (array_keys(self::plan($shop)) as $file) {
            $withdrawn = self::edit($stage->project . '/' . $file, self::without(...)) || $withdrawn;
        }

        return $withdrawn;
    }

    /**
     * Registers the patch, as the last one of the tool.
     *
     * @return list<string> staged files other than composer.json and composer.lock that name it now
     */
    public static function add(ComposerStage $stage, Program $composer, PatchPlugin $plugin, string $patch): array
    {
        $manifest = Manifest::read($stage->project);
        $files = [];
        $patches = $manifest->section('extra')['patches'] ?? null;
        $list = self::patchesFile($manifest);
        if ($plugin === PatchPlugin::CweagansOne && $patches === null && $list !== null) { // it reads one of the two
            self::edit($stage->project . '/' . $list, static fn (array $patches): array => self::with($patches, $plugin));
            $files[] = $list;
        } else {
            if ($plugin === PatchPlugin::CweagansOne && $patches === null) { // the only patch: nothing else is stopped or kept quiet by this
                self::composer($composer, $stage, ['--json', 'extra.composer-exit-on-patch-failure', 'true']);
                self::composer($composer, $stage, ['--json', 'extra.composer-patches-skip-reporting', 'true']);
            }
            self::configure($composer, $stage, self::with(self::ofTool($patches), $plugin));
        }
        if (is_file($stage->project . '/' . self::LOCK)) {
            self::edit($stage->project . '/' . self::LOCK, static fn (array $patches): array => [...array_values($patches), self::locked($patch)]);
            $files[] = self::LOCK;
        }
        self::hash($stage);

        return $files;
    }

    /**
     * A composer.json but for the patch.
     *
     * @param array<mixed> $json
     * @return array<mixed>
     */
    public static function ignored(array $json): array
    {
        $extra = is_array($json['extra'] ?? null) ? $json['extra'] : [];
        if (is_array($extra['patches'] ?? null)) {
            $extra['patches'] = array_filter([Shop::TOOL => self::without(self::ofTool($extra['patches']))] + $extra['patches'], static fn (mixed $patches): bool => $patches !== []);
        }

        return ['extra' => array_filter($extra, static fn (mixed $value): bool => $value !== [])] + $json;
    }

    /** Would a first patch in composer.json make composer-patches 1.x apply patches that dependencies bring, which it did not so far? */
    public static function wakesOthers(Shop $shop): bool
    {
        $manifest = Manifest::of($shop);
        foreach (['patches', 'patches-ignore', 'patches-file', 'enable-patching'] as $key) {
            if (isset($manifest->section('extra')[$key])) {
                return false;
            }
        }

        return LockedPackages::read($shop->path('composer.lock'))?->havePatches() ?? false;
    }

    private static function patchesFile(Manifest $manifest): ?string
    {
        $file = $manifest->section('extra')['patches-file'] ?? null;

        return is_string($file) && $file !== '' && $file[0] !== '/' && preg_match('~(^|/)\.\.?(/|$)|^\w+:~', $file) !== 1 ? $file : null;
    }

    /** @return array<mixed> */
    private static function ofTool(mixed $patches): array
    {
        return is_array($patches) && is_array($patches[Shop::TOOL] ?? null) ? $patches[Shop::TOOL] : [];
    }

    /**
     * @param array<mixed> $patches of the tool: description => address, or a list of definitions
     * @return array<mixed>
     */
    private static function with(array $patches, PatchPlugin $plugin): array
    {
        $file = Way::Plugin->file();
        if ($patches !== [] && array_is_list($patches)) {
            return [...$patches, $plugin === PatchPlugin::Vaimo ? ['label' => self::DESCRIPTION, 'source' => $file, 'level' => '1'] : ['description' => self::DESCRIPTION, 'url' => $file]];
        }

        // vaimo tries level 0 first, with which a patch of new files alone would make them in the wrong place
        return $patches + [self::DESCRIPTION => $plugin === PatchPlugin::Vaimo ? ['source' => $file, 'level' => '1'] : $file];
    }

    /**
     * @param array<mixed> $patches
     * @return array<mixed>
     */
    private static function without(array $patches): array
    {
        $kept = array_filter($patches, static fn (mixed $patch): bool => !Way::isOurs(is_array($patch) ? $patch['url'] ?? $patch['source'] ?? null : $patch));

        return array_is_list($patches) ? array_values($kept) : $kept;
    }

    /** @return array<string, mixed> as composer-patches 2 writes it */
    private static function locked(string $patch): array
    {
        return ['package' => Shop::TOOL, 'description' => self::DESCRIPTION, 'url' => Way::Plugin->file(), 'sha256' => hash('sha256', $patch), 'depth' => 1, 'extra' => ['provenance' => 'root']];
    }

    /** @param array<mixed> $patches what extra.patches shall have for the tool */
    private static function configure(Program $composer, ComposerStage $stage, array $patches): void
    {
        $key = 'extra.patches.' . Shop::TOOL;
        self::composer($composer, $stage, $patches === [] ? ['--unset', $key] : ['--json', $key, json_encode($patches, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR)]);
    }

    /** @param list<string> $arguments */
    private static function composer(Program $composer, ComposerStage $stage, array $arguments): void
    {
        $result = $composer->run($stage, ['config', '--no-plugins', '--no-interaction', '--no-ansi', ...$arguments], null, 60);
        if ($result['status'] !== 0) {
            throw new Failure(ExitCode::COMPOSER, 'composer', sprintf('Composer cannot change extra.patches in composer.json: %s', trim($result['errors'] . $result['output'])), 'Nothing was changed. Is "extra" in composer.json an object?');
        }
    }

    /**
     * Changes the patches of the tool in a JSON file.
     *
     * @param callable(array<mixed>): array<mixed> $change
     * @return bool whether there was something to change
     */
    private static function edit(string $path, callable $change): bool
    {
        $text = (string) file_get_contents($path);
        $json = json_decode($text, true);
        $patches = is_array($json) && is_array($json['patches'] ?? null) ? $json['patches'] : [];
        $before = self::ofTool($patches);
        $after = $change($before);
        if (!is_array($json) || $after === $before) {
            return false;
        }
        $patches[Shop::TOOL] = $after;
        if ($after === []) {
            unset($patches[Shop::TOOL]);
        }
        $json['patches'] = $patches === [] ? new \stdClass() : $patches;
        if (isset($json['_hash'])) {
            $json['_hash'] = hash('sha256', (string) json_encode(['patches' => $json['patches']]));
        }
        $pretty = json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        $indent = preg_match('/^([ \t]+)"/m', $text, $match) === 1 ? $match[1] : '    ';
        Tree::put($path, preg_replace_callback('/^(?: {4})+/m', static fn (array $spaces): string => str_repeat($indent, intdiv(strlen($spaces[0]), 4)), $pretty) . "\n", 0644);

        return true;
    }

    /** composer.lock is that of the changed composer.json. */
    private static function hash(ComposerStage $stage): void
    {
        $file = $stage->project . '/composer.lock';
        $hash = Manifest::read($stage->project)->contentHash();
        Tree::put($file, (string) preg_replace('/("content-hash":\s*")[0-9a-f]+(")/', '${1}' . $hash . '$2', (string) file_get_contents($file), 1), 0644);
    }
}
