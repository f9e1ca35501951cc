<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Upgrade;

use Lockstep\MigrationTool\Composer\Answer;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\Composer\Releases;
use Lockstep\MigrationTool\Customizations\Source;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Modules\ModuleResult;
use Lockstep\MigrationTool\Noise;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Upgrade\Check\Finding;
use Lockstep\MigrationTool\Upgrade\Export\Export;

/** One upgrade while it runs: what was asked, and what the steps have found so far. */
final class Run
{
    public readonly string $id;
    public ?Program $composer = null;
    public ?Stage $stage = null;
    public ?Baseline $baseline = null;
    public ?LiveProof $proof = null;
    /** The repositories are asked from Preflight on; Resolve waits for their answer. */
    public ?Releases $releases = null;
    public ?Answer $answer = null;
    public ?string $pristine = null;
    /** The installed release cannot be had, and the user said what becomes of every file that differs. */
    public bool $baseless = false;
    /** What --customizations-from named. */
    public ?Source $source = null;
    /** The installed tool, as ToolStamp knows it. */
    public ?string $stamp = null;
    public ?Delta $delta = null;
    public string $from = '';
    public string $to = '';
    /** @var array{version: string, rule: string, exact: bool, reason: string} */
    public array $target = ['version' => '', 'rule' => 'none', 'exact' => false, 'reason' => ''];
    /** @var list<Finding> the warnings of Preflight */
    public array $warnings = [];
    /** @var list<array{name: string, status: string, seconds: float}> */
    public array $steps = [];
    /** @var ?array{id: string, path: string, parts: list<array<string, mixed>>} */
    public ?array $backup = null;
    public MergeOutcome $merge;
    /** Files of the user's own modules. */
    public ModuleResult $modules;
    /** @var list<array{file: string, line: int, kind: string, message: string}> what in the user's own code does not fit the release */
    public array $code = [];
    /** What --export writes, once it is prepared. */
    public ?Export $export = null;
    /** @var array{modified: list<string>, added: list<string>, deleted: list<string>, lost: list<string>, noise: array<string, list<string>>} as "status" tells them */
    public array $customizations = ['modified' => [], 'added' => [], 'deleted' => [], 'lost' => [], 'noise' => Noise::NONE];
    /** @var array{from: string, to: string, section: string} what composer.json requires of the tool, before and after; section "require" or "require-dev" */
    public array $constraint = ['from' => '', 'to' => '', 'section' => ''];
    /** @var list<string> "PACKAGE: PATCH" of patches that a Composer plugin applied before and skipped now */
    public array $patchesLost = [];
    /** @var array{method: ?string, entries: int, window_ms: float, total_ms: float} method "exchange" or "two-renames"; the longest time for which an entry was absent, and the sum */
    public array $commit = ['method' => null, 'entries' => 0, 'window_ms' => 0.0, 'total_ms' => 0.0];
    /** What Composer said. */
    public string $composerLog = '';
    /** @var list<string> */
    public array $followup = [];
    /** The renames are done; until the journal is closed they can be taken back. */
    public bool $committed = false;
    public bool $closed = false;
    public bool $rolledBack = false;
    /** Nothing is to be done: the tool is the one that it should be. */
    public bool $nothingToDo = false;

    public function __construct(
        public readonly Shop $shop,
        public readonly UpgradeOptions $options,
        public readonly Reporter $reporter,
    ) {
        $this->id = Identifier::make();
        $this->merge = new MergeOutcome();
        $this->modules = new ModuleResult();
    }

    public function composer(): Program
    {
        return $this->composer ??= Program::find($this->shop, $this->options->php, $this->options->composer);
    }

    public function stage(): Stage
    {
        return $this->stage ?? throw new \LogicException('There is no stage yet.');
    }

    /** No version changes: customizations alone are brought back. */
    public function isSameRelease(): bool
    {
        return $this->source !== null && $this->from === $this->to;
    }

    public function delta(): Delta
    {
        return $this->delta ?? throw new \LogicException('Composer has not run yet.');
    }

    /** @return array{id: ?string, path: ?string, files: int, bytes: int, seconds: float, parts: list<array<string, mixed>>} */
    private function backupData(): array
    {
        $parts = $this->backup['parts'] ?? [];

        return [
            'id' => $this->backup['id'] ?? null,
            'path' => $this->backup['path'] ?? null,
            'files' => (int) array_sum(array_column($parts, 'files')),
            'bytes' => (int) array_sum(array_column($parts, 'bytes')),
            'seconds' => round((float) array_sum(array_column($parts, 'seconds')), 3),
            'parts' => $parts,
        ];
    }

    /** @return array<string, mixed> the JSON of the command; the same keys at every point of a run */
    public function toArray(): array
    {
        $versions = $this->shop->versionsIfKnown();
        $tool = $versions['tool'];

        return $versions + [
            'target' => $this->target,
            'match' => $tool['installed'] && $tool['version'] !== '' && $tool['version'] === $this->target['version'],
            'customizations' => $this->customizations,
            'recovery' => ['pending' => false],
            'migration' => ['running' => is_file($this->shop->path('var/migration-tool-progress.lock'))],
            'customizations_from' => $this->source?->id(),
            'from' => $this->from,
            'to' => $this->to,
            'steps' => $this->steps,
            'constraint' => $this->constraint,
            'packages' => $this->delta?->packages() ?? [],
            'patches' => ['lost' => $this->patchesLost],
            'backup' => $this->backupData(),
            'merge' => $this->merge->toArray() + ['base' => $this->baseless ? 'none' : 'release'],
            'modules' => $this->modules->items,
            'code' => $this->code,
            'commit' => $this->commit,
            'export' => $this->export?->toArray(),
            'followup' => $this->followup,
            'fence' => WriteFence::kind(),
            'rolled_back' => $this->rolledBack,
            'dry_run' => $this->options->dryRun,
        ];
    }
}
