<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\Runner;
use Lockstep\MigrationTool\Runs\RunStore;
use Magento\Framework\App\Filesystem\DirectoryList;
use Magento\Framework\FlagManager;

/**
 * What the admin's pages show: gathered by cron, as the owner of the files, and kept in the database.
 *
 * A request only reads it: the web server may be another user, stand on another machine, and have no extension.
 */
class Overview
{
    private const SUMMARY = 'lockstep_summary';
    private const RUNS = 'lockstep_runs';
    private const DETAILS = 'lockstep_details';
    private const SECONDS = 120;
    private const RUNS_SHOWN = 20;
    /** Bytes of all diffs together; a flag is one value of the database. */
    private const DIFFS = 1000000;

    public function __construct(
        private readonly Settings $settings,
        private readonly DirectoryList $directories,
        private readonly Program $program,
        private readonly FlagManager $flags,
    ) {
    }

    /** Asks for everything anew. */
    public function refresh(): void
    {
        $runner = new Runner($this->directories->getRoot(), $this->program->path());
        $directory = $this->settings->text('backup/directory');
        $list = $runner->ask(array_merge(['migration:tool:backup:list'], $directory === '' ? [] : ['--directory=' . $directory]), self::SECONDS);
        $this->flags->saveFlag(self::SUMMARY, ['taken' => gmdate('Y-m-d\TH:i:s\Z'), 'status' => $runner->ask(['migration:tool:status'], self::SECONDS)]);
        $this->flags->saveFlag(self::DETAILS, [
            'diff' => self::shortened($runner->ask(['migration:tool:diff', '.'], self::SECONDS)['diff'] ?? null),
            'backups' => $list['backups'] ?? null,
        ]);
        $this->tellRuns();
    }

    /** Without what the runs printed: it stands in their records. */
    public function tellRuns(): void
    {
        $runs = array_map(static fn (Run $run): array => ['result' => null] + $run->toArray(), (new RunStore($this->directories->getRoot()))->all(self::RUNS_SHOWN));
        $this->flags->saveFlag(self::RUNS, $runs);
    }

    /** @return array<mixed> of `status`; empty: never asked, or no answer */
    public function status(): array
    {
        $status = $this->read(self::SUMMARY)['status'] ?? null;

        return is_array($status) ? $status : [];
    }

    /** When it was gathered, RFC 3339; empty: never. */
    public function taken(): string
    {
        $taken = $this->read(self::SUMMARY)['taken'] ?? null;

        return is_string($taken) ? $taken : '';
    }

    /** @return list<Run> newest first */
    public function runs(): array
    {
        return array_values(array_filter(array_map(static fn (mixed $run): ?Run => is_array($run) ? Run::fromArray($run) : null, $this->read(self::RUNS))));
    }

    public function last(string $job): ?Run
    {
        foreach ($this->runs() as $run) {
            if ($run->job === $job) {
                return $run;
            }
        }

        return null;
    }

    /** @return list<array<mixed>> of `backup:list`, newest first */
    public function backups(): array
    {
        $backups = $this->read(self::DETAILS)['backups'] ?? null;

        return is_array($backups) ? array_reverse(array_values(array_filter($backups, 'is_array'))) : [];
    }

    /** @return array<string, string> unified diffs by path, secrets masked */
    public function diffs(): array
    {
        $diffs = $this->read(self::DETAILS)['diff'] ?? null;

        $kept = [];
        foreach (is_array($diffs) ? $diffs : [] as $path => $diff) {
            if (is_string($diff)) {
                $kept[(string) $path] = $diff;
            }
        }

        return $kept;
    }

    /** @return array<mixed> */
    private function read(string $flag): array
    {
        $data = $this->flags->getFlagData($flag);

        return is_array($data) ? $data : [];
    }

    /** @return array<string, string> */
    private static function shortened(mixed $diffs): array
    {
        $kept = [];
        $room = self::DIFFS;
        foreach (is_array($diffs) ? $diffs : [] as $item) {
            if (is_array($item) && is_string($item['path'] ?? null) && is_string($item['diff'] ?? null)) {
                $room -= strlen($item['diff']);
                $kept[$item['path']] = $room >= 0 ? $item['diff'] : '';
            }
        }

        return $kept;
    }
}
