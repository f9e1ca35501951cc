<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Runs;

use Lockstep\MigrationTool\Files;

/**
 * The records of a shop's runs: one JSON file each below var/lockstep/runs, of which the last ones are kept, and the last one of each job.
 *
 * Works without the extension: a run that failed for want of it is recorded too, and the admin's PHP need not have it.
 */
final class RunStore
{
    public const DIRECTORY = 'var/lockstep/runs';
    private const KEPT = 200;

    public function __construct(private readonly string $root)
    {
    }

    /** @throws \RuntimeException the record cannot be written */
    public function save(Run $run): void
    {
        $directory = $this->directory();
        $umask = umask(077);
        try {
            if (!is_dir($directory) && !@mkdir($directory, 0700, true) && !is_dir($directory)) {
                throw new \RuntimeException(sprintf('The directory "%s" cannot be made: %s', $directory, error_get_last()['message'] ?? ''));
            }
            $file = $this->file($run->id);
            $json = json_encode($run->toArray(), JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE | JSON_INVALID_UTF8_SUBSTITUTE | JSON_THROW_ON_ERROR) . "\n";
            if (@file_put_contents($file . '.new', $json) !== strlen($json) || !@rename($file . '.new', $file)) {
                throw new \RuntimeException(sprintf('The record "%s" cannot be written: %s', $file, error_get_last()['message'] ?? ''));
            }
        } finally {
            umask($umask);
        }
        foreach (array_slice($this->ids(), self::KEPT) as $old) {
            $job = $this->find($old)?->job;
            if ($job === null || $this->last($job)?->id !== $old) {
                @unlink($this->file($old));
            }
        }
    }

    /** @return list<Run> newest first; unreadable records are left out */
    public function all(int $limit = self::KEPT): array
    {
        return array_values(array_filter(array_map($this->find(...), array_slice($this->ids(), 0, $limit))));
    }

    /** The last run of a job. */
    public function last(string $job): ?Run
    {
        foreach ($this->ids() as $id) {
            $run = $this->find($id);
            if ($run?->job === $job) {
                return $run;
            }
        }

        return null;
    }

    /** @return list<Run> the last one of each job, newest first */
    public function lasts(): array
    {
        $lasts = [];
        foreach ($this->ids() as $id) {
            $run = $this->find($id);
            if ($run !== null) {
                $lasts[$run->job] ??= $run;
            }
        }

        return array_values($lasts);
    }

    public function find(string $id): ?Run
    {
        $text = in_array($id, $this->ids(), true) ? @file_get_contents($this->file($id)) : false;
        $data = $text === false ? null : json_decode($text, true);

        return is_array($data) ? Run::fromArray($data) : null;
    }

    /** All records. */
    public function remove(): void
    {
        foreach (Files::matching($this->directory(), '*.{json,json.new}') as $file) {
            @unlink($file);
        }
        @rmdir($this->directory());
    }

    /** @return list<string> newest first */
    private function ids(): array
    {
        return array_reverse(array_map(static fn (string $file): string => basename($file, '.json'), Files::matching($this->directory(), '*.json')));
    }

    private function directory(): string
    {
        return $this->root . '/' . self::DIRECTORY;
    }

    private function file(string $id): string
    {
        return $this->directory() . '/' . $id . '.json';
    }
}
