<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Backup;

use Lockstep\Archive;
use Lockstep\CoreException;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Remote\Fetched;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;

/**
 * The archive of one part of a set, known to be that: compared with the site, and unpacked.
 *
 * @phpstan-import-type PartData from BackupSet
 * @phpstan-type Difference array{items: list<string>, times: array<string, int>, members: int, kept: int, hashed: int, warnings: list<string>}
 */
final class PartArchive
{
    /** What was archived, relative to the root. */
    public readonly string $path;
    /** Where it lies in a shop: before the members' own paths where those begin at a symlink of the shop. */
    public readonly string $place;
    public readonly string $file;
    private readonly string $key;

    /** @param PartData $part */
    public function __construct(
        private readonly Shop $shop,
        private readonly BackupSet $set,
        public readonly array $part,
        private readonly Reporter $reporter,
    ) {
        $this->path = $part['path'];
        $this->place = $part['link'] ?? $part['path'];
        $this->file = $set->path . '/' . $part['file'];
        $this->key = Key::read($shop);
        try {
            $label = Archive::label($this->file, $this->key);
        } catch (CoreException $e) {
            throw $this->failure($e);
        }
        $wrong = $set->labelProblem($part['name'], $label);
        if ($wrong !== '') {
            throw new Failure(ExitCode::BACKUP, 'another-archive', sprintf('"%s" %s.', $this->file, $wrong), 'Choose another backup: "migration:tool:backup:list".');
        }
    }

    public function holds(string $path): bool
    {
        try {
            return Archive::members($this->file, $this->key, $path) !== [];
        } catch (CoreException $e) {
            return $e->getStatus() === 'not-found' ? false : throw $this->failure($e);
        }
    }

    /**
     * What has to be swapped in the site. What the backup left out stays, as does our own state.
     *
     * @return ?Difference null when the archive has nothing of what is wanted
     */
    public function difference(Wanted $wanted): ?array
    {
        [$path, $pattern] = $wanted->in($this);
        $exclude = [...$this->part['exclude'], Shop::STATE, ...BackupStore::inside($this->shop, Fetched::store($this->set->path))];
        try {
            $found = Archive::difference($this->file, $this->key, $this->shop->root, $path, $exclude, $this->part['patterns'] ?? [], $pattern, 0, $this->reporter->progress(...));
        } catch (CoreException $e) {
            return $e->getStatus() === 'not-found' && !$wanted->isAll() ? null : throw $this->failure($e);
        } finally {
            $this->reporter->progressDone();
        }
        foreach ($found['warnings'] as $warning) {
            $this->reporter->warning($warning);
        }

        return $found;
    }

    /**
     * @param ?list<string> $items only these subtrees, difference()'s
     *
     * @return ?array{files: int, bytes: int, needed_bytes: int, free_bytes: int} null when the archive has nothing of what is wanted
     */
    public function extract(Wanted $wanted, string $to, ?array $items = null): ?array
    {
        [$path, $pattern] = $wanted->in($this);
        if (isset($this->part['link'])) {
            $to .= '/' . $this->part['link'];
            is_dir($to) || mkdir($to, 0755, true);
        }
        try {
            $done = Archive::extract($this->file, $this->key, $to, $path, false, 0, $this->reporter->progress(...), $pattern, $items, $items === null ? null : $this->shop->root);
        } catch (CoreException $e) {
            return $e->getStatus() === 'not-found' && !$wanted->isAll() ? null : throw $this->failure($e);
        } finally {
            $this->reporter->progressDone();
        }
        foreach ($done['warnings'] as $warning) {
            $this->reporter->warning($warning);
        }

        return ['files' => $done['files'], 'bytes' => $done['bytes'], 'needed_bytes' => $done['needed'], 'free_bytes' => $done['free']];
    }

    private function failure(CoreException $e): Failure
    {
        return Failure::fromCore($e, ExitCode::BACKUP, sprintf('The archive "%s" cannot be restored, nothing was changed', $this->file));
    }
}
