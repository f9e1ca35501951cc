<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Probe;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Undo\RestoreRecord;
use Lockstep\Tree;

/** The swap of a restore: tried, done under the journal, noted for an undo, closed. */
final class RestoreCommit
{
    private const TOLD = 5;

    /** @var list<string> */
    private array $items = [];
    private bool $keepsStage = false;
    private readonly Watched $watched;

    /** @param string $stage relative to the root; what is restored lies in it */
    public function __construct(
        private readonly Shop $shop,
        private readonly string $stage,
        private readonly Reporter $reporter,
    ) {
        $this->watched = new Watched($shop->root);
    }

    /**
     * From now on nobody else is to change these; who did so since the comparison began ($since) is noticed, too.
     *
     * @param list<string> $items
     */
    public function watch(array $items, float $since): void
    {
        $this->watched->add($items, (int) ($since * 1e9));
    }

    /**
     * @param list<string> $items relative to the root; those that are not in the stage are put away into it
     * @param string       $path  what was asked for: parents above it that the site lacks come with it
     */
    public function add(array $items, string $path): void
    {
        foreach ($items as $item) {
            $staged = $this->shop->path($this->stage . '/' . $item);
            if (!is_dir(dirname($staged))) {
                Tree::privateDirectory(dirname($staged));
            }
            if (str_starts_with($path, $item . '/')) {
                $this->openParents($item, $path);
            }
        }
        $this->items = [...$this->items, ...$items];
    }

    /** @return list<string> what the site has and the backup has not */
    public function putAway(): array
    {
        return array_values(array_filter($this->items, fn (string $item): bool => !Files::exists($this->shop->path($this->stage . '/' . $item))));
    }

    /**
     * The site is as before when it throws, but for exit 10.
     *
     * @param array<string, mixed> $label
     */
    public function run(array $label): void
    {
        if ($this->items === []) {
            return;
        }
        $this->probe();
        $items = array_map(fn (string $live): array => ['live' => $live, 'staged' => $this->stage . '/' . $live], $this->items);
        Preload::everything();
        $changed = $this->watched->changed($this->shop->root);
        if ($changed !== []) {
            throw new Failure(ExitCode::BACKUP, 'changed-meanwhile', sprintf('Somebody changed what is to be restored while it was prepared (%s). The site is as before but for that.', self::some($changed)), 'Run it again when nobody writes there; --maintenance closes the shop for that time.', ['changed' => $changed]);
        }
        $this->shop->cluster?->confirm();
        try {
            Commit::run($this->shop->root, Shop::STATE, $this->stage, $items, json_encode($label, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE));
            $this->keepsStage = true;
        } catch (CoreException $e) {
            $this->keepsStage = $e->getStatus() === 'recovery'; // the stage then holds live entries: recovery needs it
            throw Failure::fromCore($e, ExitCode::BACKUP, $this->keepsStage ? 'The restore failed half-way' : 'The restore failed, the site is as before');
        }
        try {
            RestoreRecord::write($this->shop, basename($this->stage), $this->items);
            Undo::keep($this->shop, $this->stage);
        } catch (CoreException $e) {
            throw Failure::fromCore($e, ExitCode::BACKUP, 'The restore could not be closed; the next command takes it back');
        }
        $this->shop->refresh();
        $late = $this->watched->changed($this->shop->path($this->stage));
        if ($late !== []) {
            $this->reporter->warning(sprintf('Somebody changed %s at the very moment of the swap: what was written there is in %s, until the next restore; "migration:tool:undo --restore" brings all of it back.', self::some($late), $this->shop->path($this->stage)));
        }
    }

    /** @param non-empty-list<string> $paths */
    private static function some(array $paths): string
    {
        return implode(', ', array_map(static fn (string $path): string => '"' . Terminal::safe($path) . '"', array_slice($paths, 0, self::TOLD))) . (count($paths) > self::TOLD ? sprintf(' and %d more', count($paths) - self::TOLD) : '');
    }

    /** Removes the stage unless it holds what was live. */
    public function clear(): void
    {
        if (!$this->keepsStage) {
            Tree::remove($this->shop->path($this->stage));
        }
    }

    /** An archive of a part has no parents: they get what the nearest directory of the site has. */
    private function openParents(string $item, string $path): void
    {
        $pattern = dirname($this->shop->path($item));
        for ($parent = $path; ($parent = dirname($parent)) !== dirname($item) && $parent !== '.';) {
            $directory = $this->shop->path($this->stage . '/' . $parent);
            if (is_dir($directory)) {
                @chown($directory, (int) fileowner($pattern));
                @chgrp($directory, (int) filegroup($pattern));
                chmod($directory, (int) fileperms($pattern) & 07777);
            }
        }
    }

    /**
     * A rename of a file or a new name works where that of its neighbour does; directories and links may stand in the way
     * themselves.
     */
    private function probe(): void
    {
        $tried = [];
        $neighbour = false;
        foreach ($this->items as $item) {
            $live = $this->shop->path($item);
            $replaced = Files::exists($this->shop->path($this->stage . '/' . $item));
            if (is_link($live) ? $replaced && !is_link($this->shop->path($this->stage . '/' . $item)) : is_dir($live) || !$neighbour) {
                $tried[] = $item;
                $neighbour = $neighbour || !is_link($live);
            }
        }
        Probe::with($this->shop, $tried, $this->stage, function (callable $probe) use ($tried): void {
            $problems = [];
            foreach ($tried as $path) {
                $problems[] = $problem = $probe($path);
                if (!in_array($problem, ['ok', 'two-renames'], true)) {
                    throw Failure::preflight('exchange-' . $problem, sprintf('"%s" cannot be swapped atomically (%s).', $this->shop->path($path), $problem), 'Restore with --to=DIR and copy by hand.');
                }
            }
            if (in_array('two-renames', $problems, true)) {
                $this->reporter->warning('The file system cannot swap two entries in one step: each directory that is restored is absent for some milliseconds. Should the run be killed just then, vendor/bin/lockstep-recover brings it back.');
            }
        });
    }
}
