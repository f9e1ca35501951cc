<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade\Export;

use Lockstep\CoreException;
use Lockstep\Merge;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Upgrade\Run;
use Lockstep\Tree;

/** The result of an upgrade as files for the place where the shop is built: composer.json, composer.lock, the merged tool, a patch. */
final class Export
{
    public const TOOL = 'tool';
    public const README = 'README.txt';

    /**
     * @param list<string> $leftOut paths in the tool that differ from the release and that no patch can carry
     * @param list<string> $changed files of the staged project that go into the export, but for the patch
     */
    private function __construct(
        public readonly string $path,
        public readonly Way $way,
        public readonly string $patch,
        public readonly array $leftOut,
        private readonly array $changed,
    ) {
    }

    public static function prepare(Run $run): self
    {
        $way = Way::of($run->shop);
        $patch = ['text' => '', 'left_out' => []];
        if ($run->pristine !== null) {
            $prefix = $way === Way::Hotfixes ? $run->shop->toolPath() . '/' : '';
            $patch = Merge::patch($run->stage()->release(), $run->stage()->path($run->shop->toolPath()), $prefix);
        }
        $plugin = PatchPlugin::of($run->shop);
        if ($plugin === PatchPlugin::CweagansOne && Registration::wakesOthers($run->shop)) {
            $run->reporter->warning('Packages of this shop bring patches that composer-patches does not apply so far; a first patch in composer.json would make it apply them, so the exported one is not registered.');
            $way = Way::Hand;
        }
        $files = $way === Way::Plugin && $plugin !== null && $patch['text'] !== '' ? Registration::add($run->stage()->composer, $run->composer(), $plugin, $patch['text']) : [];

        return new self(Destination::of($run->shop, (string) $run->options->export)->path, $way, $patch['text'], $patch['left_out'], ['composer.json', 'composer.lock', ...$files]);
    }

    public function hasPatch(): bool
    {
        return $this->patch !== '';
    }

    /** @return list<string> what goes into the root of a checkout, relative to the export */
    public function files(): array
    {
        return [...$this->changed, ...($this->hasPatch() && $this->way !== Way::Hand ? [$this->way->file()] : [])];
    }

    /** Everything is made beside and renamed into place at once: a kill leaves no half export. */
    public function write(Run $run): void
    {
        try {
            $place = Destination::of($run->shop, $this->path);
            array_map(Tree::remove(...), $place->leftBehind());
            $beside = $place->beside($run->id);
            Tree::privateDirectory($beside);
            foreach ($this->changed as $file) {
                $this->put($beside, $file, (string) file_get_contents($run->stage()->path($file)));
            }
            if ($this->hasPatch()) {
                $this->put($beside, $this->way->file(), $this->patch);
            }
            $this->put($beside, self::README, Instructions::text($run, $this));
            Tree::copy($run->stage()->path($run->shop->toolPath()), $beside . '/' . self::TOOL);
            Tree::sync($beside);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The export could not be written; nothing was changed');
        }
        if (!@rename($beside, $this->path)) {
            throw new Failure(ExitCode::BACKUP, 'export', sprintf('The export could not be renamed to "%s".', $this->path), 'Did somebody else write there meanwhile? Nothing was changed; run it again with another directory.');
        }
    }

    /** Removes what an unfinished export left. */
    public static function discard(Run $run): void
    {
        if ($run->export !== null) {
            Tree::remove(Destination::of($run->shop, $run->export->path)->beside($run->id));
        }
    }

    /** @return array{path: string, files: list<string>, tool: string, patch: ?string, not_in_patch: list<string>, applied_by: string} */
    public function toArray(): array
    {
        return [
            'path' => $this->path,
            'files' => $this->files(),
            'tool' => self::TOOL,
            'patch' => $this->hasPatch() ? $this->way->file() : null,
            'not_in_patch' => $this->leftOut,
            'applied_by' => $this->hasPatch() ? $this->way->value : Way::Hand->value,
        ];
    }

    private function put(string $directory, string $file, string $contents): void
    {
        if (str_contains($file, '/')) {
            Tree::privateDirectory($directory . '/' . dirname($file));
        }
        Tree::put($directory . '/' . $file, $contents);
    }
}
