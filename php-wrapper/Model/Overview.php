<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Model;

use Lockstep\MigrationTool\Runs\Outcome;
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

    /** @var array<string, mixed> by flag: a page asks many times */
    private array $read = [];

    public function __construct(
        private readonly Settings $settings,
        private readonly DirectoryList $directories,
        private readonly Program $program,
        private readonly FlagManager $flags,
    ) {
    }

    /** Asks for everything anew. What gives no answer now stays as it was known, and the page tells why. */
    public function refresh(): void
    {
        $runner = new Runner($this->directories->getRoot(), $this->program->path());
        $directory = $this->settings->text('backup/directory');
        $status = $runner->ask(['migration:tool:status'], self::SECONDS);
        $isKnown = in_array($status->outcome(), [Outcome::Done, Outcome::ActionRequired], true) && $status->result !== null;
        $this->write(self::SUMMARY, [
            'taken' => $isKnown ? gmdate('Y-m-d\TH:i:s\Z') : $this->taken(),
            'status' => $isKnown ? $status->result : $this->status(),
            'problem' => $isKnown ? '' : ($status->message === '' ? 'migration:tool:status told nothing.' : $status->message),
        ]);
        if ($isKnown) {
            $list = $runner->ask(array_merge(['migration:tool:backup:list'], $directory === '' ? [] : ['--directory=' . $directory]), self::SECONDS)->result;
            $diff = $runner->ask(['migration:tool:diff', '.'], self::SECONDS)->result;
            $this->write(self::DETAILS, [
                'diff' => isset($diff['diff']) ? self::shortened($diff['diff']) : $this->diffs(),
                'backups' => $list['backups'] ?? $this->read(self::DETAILS)['backups'] ?? null,
            ]);
        }
        $this->tellRuns();
    }

    /** The newest, and the last one of each job; without what they printed, which stands in their records. */
    public function tellRuns(): void
    {
        $store = new RunStore($this->directories->getRoot());
        $runs = [];
        foreach ([...$store->all(self::RUNS_SHOWN), ...$store->lasts()] as $run) {
            $runs[$run->id] = self::told($run);
        }
        krsort($runs);
        $this->write(self::RUNS, array_values($runs));
    }

    /** One that this user may not record among the files. */
    public function tellRefused(Run $run): void
    {
        $this->write(self::RUNS, [self::told($run), ...array_slice($this->read(self::RUNS), 0, self::RUNS_SHOWN)]);
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

    /** Why nothing newer is known, in words; empty: it is as of taken(). */
    public function problem(): string
    {
        $problem = $this->read(self::SUMMARY)['problem'] ?? null;

        return is_string($problem) ? $problem : '';
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

    /** @return array<string, string> unified diffs by path, secrets masked; empty: too long */
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
        $this->read[$flag] ??= $this->flags->getFlagData($flag);

        return is_array($this->read[$flag]) ? $this->read[$flag] : [];
    }

    /** @param array<mixed> $data */
    private function write(string $flag, array $data): void
    {
        $this->flags->saveFlag($flag, $data);
        $this->read[$flag] = $data;
    }

    /** @return array<string, mixed> */
    private static function told(Run $run): array
    {
        return ['result' => null] + $run->toArray();
    }

    /** @return array<string, string> */
    private static function shortened(mixed $diffs): array
    {
        $kept = [];
        $room = self::DIFFS;
        foreach (is_array($diffs) ? $diffs : [] as $item) {
            if (is_array($item) && is_string($item['path'] ?? null) && is_string($item['diff'] ?? null)) {
                $fits = strlen($item['diff']) <= $room;
                $room -= $fits ? strlen($item['diff']) : 0;
                $kept[$item['path']] = $fits ? $item['diff'] : '';
            }
        }

        return $kept;
    }
}
