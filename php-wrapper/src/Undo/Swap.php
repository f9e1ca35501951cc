<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Undo;

use Lockstep\Commit;
use Lockstep\CoreException;
use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Preload;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Undo;
use Lockstep\MigrationTool\Upgrade\Baseline;
use Lockstep\MigrationTool\Upgrade\Health;
use Lockstep\Tree;

/** A kept commit done backwards, with the proofs of an upgrade: what worked before works afterwards, else everything is taken back. */
final class Swap
{
    /** From the first rename on, until all is taken back. */
    public bool $begun = false;
    public bool $rolledBack = false;
    /** @var array{method: ?string, entries: int, window_ms: float, total_ms: float} as of an upgrade */
    public array $commit = ['method' => null, 'entries' => 0, 'window_ms' => 0.0, 'total_ms' => 0.0];
    private readonly string $stage;

    public function __construct(
        private readonly Shop $shop,
        private readonly string $run,
        private readonly Reporter $reporter,
    ) {
        $this->stage = $shop->state('stage/' . $run);
    }

    public function run(Kept $kept, Record $record): void
    {
        $this->shop->cluster?->confirm();
        $this->prepare($record);
        $php = Program::php();
        $before = Baseline::start($this->shop, $php, $this->stage)->wait();
        if ($kept->from === '') {
            $before = new Health($before->autoload, $before->magento, false); // without the tool there are no migrate:* commands
        }
        Preload::everything();
        $this->reporter->step(2, 4, 'Commit');
        $this->commit($kept);
        try {
            $this->reporter->step(3, 4, 'Confirm');
            $lost = Baseline::start($this->shop, $php, $this->stage)->wait()->lostSince($before);
            if ($lost !== null) {
                throw new Failure(ExitCode::ROLLED_BACK, 'not-confirmed', $lost, 'The site is as before the undo.');
            }
            $this->reporter->step(4, 4, 'Report');
            $this->close($kept, $record);
        } catch (\Throwable $e) {
            $this->revert($e);
        }
    }

    /** What a chmod of var/ did to the undo copy is put right; then it is made durable. */
    private function prepare(Record $record): void
    {
        foreach (array_intersect_key($record->kept, Contents::of($this->shop->path($record->project), $record->items)) as $key => $noted) {
            $wanted = Contents::permissions($noted);
            $file = $this->shop->path($record->project . '/' . Contents::path($key));
            if ($wanted !== null && !is_link($file) && ((int) fileperms($file) & 07777) !== $wanted) {
                chmod($file, $wanted);
            }
        }
        foreach ($record->items as $item) {
            $path = $this->shop->path($record->project . '/' . $item);
            if (file_exists($path) && !is_link($path)) {
                Tree::sync($path);
            }
        }
        Tree::privateDirectory($this->stage);
    }

    private function commit(Kept $kept): void
    {
        $this->shop->cluster?->confirm();
        $this->begun = true;
        try {
            $done = Commit::undo($this->shop->root, Shop::STATE, $kept->journal(), $kept->label($this->run));
        } catch (CoreException $e) {
            $this->begun = $e->getStatus() === 'recovery';
            $this->rolledBack = !$this->begun;
            throw Failure::fromCore($e, ExitCode::ROLLED_BACK, 'The undo failed' . ($this->begun ? '' : '; the site is as before'));
        }
        $this->shop->refresh();
        $this->commit = ['method' => $done['method'], 'entries' => $done['entries'], 'window_ms' => round($done['longest_ns'] / 1e6, 3), 'total_ms' => round($done['total_ns'] / 1e6, 3)];
        $this->reporter->line(sprintf('%d entries swapped%s.', $done['entries'], $done['method'] === 'exchange' ? '' : sprintf(' by two renames each; a directory was absent for %s ms at most', $this->commit['window_ms'])));
    }

    /** The new record stands beside the old one until the journal is closed: whichever journal is there has its record. */
    private function close(Kept $kept, Record $record): void
    {
        Record::write($this->shop, $kept->id, $this->run, $record->project, $record->items, $record->packagesBack());
        Undo::keep($this->shop, Shop::STATE . '/stage/' . $kept->id);
    }

    private function revert(\Throwable $e): void
    {
        if (Commit::pending($this->shop->root, Shop::STATE)['state'] === 'none') {
            $this->reporter->warning('The undo is done, but not everything could be put away: ' . $e->getMessage());

            return;
        }
        try {
            Commit::revert($this->shop->root, Shop::STATE);
        } catch (CoreException $why) {
            throw new Failure(ExitCode::PERSON_NEEDED, 'not-undone', sprintf('%s And it could not be taken back: %s', $e->getMessage(), $why->getMessage()), 'Run "migration:tool:recover"; it names what is in the way.', [], $e);
        }
        $this->begun = false;
        $this->rolledBack = true;
        $this->shop->refresh();
        throw $e instanceof Failure ? $e : new Failure(ExitCode::ROLLED_BACK, 'rolled-back', $e->getMessage(), 'The site is as before the undo.', [], $e);
    }
}
