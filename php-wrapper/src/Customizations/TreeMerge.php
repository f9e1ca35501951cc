<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Customizations;

use Lockstep\CoreException;
use Lockstep\Merge;
use Lockstep\MigrationTool\Console\ConflictText;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Extension;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Files;
use Lockstep\MigrationTool\Identifier;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;
use Lockstep\MigrationTool\Upgrade\Conflicts;
use Lockstep\MigrationTool\Upgrade\MergeOutcome;
use Lockstep\MigrationTool\Upgrade\MergeSides;
use Lockstep\MigrationTool\Upgrade\MergeText;
use Lockstep\MigrationTool\Upgrade\Merging;
use Lockstep\MigrationTool\Upgrade\Signals;
use Lockstep\MigrationTool\Upgrade\Verification\Syntax;
use Lockstep\Tree;

/**
 * Carries customizations from one unpacked release into another, with neither Composer nor Magento. All is made beside the
 * destination and renamed to it at the end; conflicts are left in a directory beside it, from where the next run takes what was resolved.
 */
final class TreeMerge
{
    private readonly string $work;
    private readonly string $conflicts;
    private string $from = '';
    private string $version = '';
    private MergeOutcome $outcome;

    /** @param string $to absolute */
    private function __construct(
        private readonly string $pristine,
        private readonly string $release,
        private readonly string $mine,
        private readonly string $to,
        private readonly string $onConflict,
        private readonly Reporter $reporter,
    ) {
        $this->work = dirname($to) . '/.lockstep-merge-' . Identifier::make();
        $this->conflicts = $to . '.conflicts';
        $this->outcome = new MergeOutcome();
    }

    /** @return array<string, mixed> the JSON of the command */
    public static function run(string $pristine, string $release, string $mine, string $to, string $onConflict, Reporter $reporter): array
    {
        $merge = new self($pristine, $release, $mine, self::destination($to), $onConflict, $reporter);
        $signals = Signals::catch(static fn (): bool => false);
        try {
            Tree::privateDirectory($merge->work);
            $merge->perform();

            return $merge->toArray();
        } catch (Failure $e) {
            throw $e->with($merge->toArray());
        } catch (CoreException $e) {
            throw Failure::fromCore($e, $e->getStatus() === 'invalid' ? ExitCode::CONFLICT : ExitCode::PREFLIGHT, 'The merge could not be made')->with($merge->toArray());
        } finally {
            Tree::remove($merge->work); // also of an interrupted one: it holds copies of config.xml
            $signals->release();
        }
    }

    private static function destination(string $given): string
    {
        $parent = realpath(dirname($given));
        $to = $parent . '/' . basename($given);
        if ($parent === false || !is_dir($parent) || !is_writable($parent) || preg_match('~(^|/)\.{1,2}/*$~', $given) === 1) {
            throw Failure::preflight('destination', sprintf('"%s" cannot be made: its parent must be a directory that you may write to.', $given), 'Make it first, or give another one with --to=DIR.');
        }
        if (Files::exists($to) && (is_link($to) || !is_dir($to) || Files::names($to) !== [])) {
            throw Failure::preflight('not-empty', sprintf('"%s" is not an empty directory.', $given), 'Give --to a directory that is empty or does not exist yet.');
        }

        return $to;
    }

    private function perform(): void
    {
        $old = GivenRelease::of('pristine', $this->pristine, $this->work . '/old');
        $new = GivenRelease::of('release', $this->release, $this->work . '/unpacked');
        $mine = GivenRelease::of('mine', $this->mine, $this->work . '/mine');
        $this->from = $old->version;
        $this->version = $new->version;
        if (!$mine->isLike($old)) {
            throw Failure::preflight('pristine', sprintf('"%s" is release %s, and "%s" was made from %s: everything that differs between the two would be taken for your edits.', $this->pristine, $old->version, $this->mine, $mine->version), sprintf('Give --pristine the release %s, as it was released.', $mine->version));
        }
        foreach ([$old, $new, $mine] as $side) {
            if (str_starts_with($this->to . '/', $side->directory . '/') && !str_starts_with($side->directory, $this->work . '/')) {
                throw Failure::preflight('destination', sprintf('"%s" lies in "%s".', $this->to, $side->directory), 'Give another directory with --to=DIR.');
            }
        }
        $this->reporter->line(sprintf('%s → %s', $this->from, $this->version));
        $release = $this->work . '/new';
        Tree::copy($new->directory, $release);
        Tree::remove($release . '/.git');
        $this->merge($old->directory, $mine->directory, $release);
        chmod($release, 0700); // config.xml holds passwords
        Tree::sync($release);
        if (!@rename($release, $this->to)) {
            throw Failure::preflight('destination', sprintf('"%s" cannot be put in its place.', $this->to), 'Give a directory that does not exist yet, beside others of the same file system.');
        }
        Tree::remove($this->conflicts);
    }

    private function merge(string $pristine, string $mine, string $release): void
    {
        $conflicts = new Conflicts($this->work . '/conflicts', $this->earlier(), $mine, $this->from, $this->version, $this->onConflict, $this->work . '/resolutions');
        $syntax = new Syntax(Extension::php(), ['PATH' => (string) getenv('PATH')]);
        $kept = $this->work . '/kept';
        $modified = array_column(array_filter(Merge::classify($pristine, $mine), static fn (array $item): bool => $item['kind'] === 'modified' && $item['noise'] === null), 'path');
        $result = Merging::run(new MergeSides($pristine, $mine, $release, $this->from, $this->version, $modified), $conflicts, $this->onConflict, $syntax, static function () use ($release, $kept): string {
            Tree::copy($release, $kept);

            return $kept;
        }, $this->reporter);
        $stopped = $result['conflicts'] > 0 && $this->onConflict === 'stop';
        $left = $conflicts->finish($result['items'], $stopped);
        if ($left !== null) {
            $this->keepOutdated(array_column(array_filter($result['items'], static fn (array $item): bool => $item['outcome'] === 'conflict'), 'path'), $left);
            Tree::remove($this->conflicts);
            rename($left, $this->conflicts);
            $conflicts = new Conflicts($this->conflicts, null, $mine, $this->from, $this->version, $this->onConflict, '');
        }
        $this->outcome = new MergeOutcome($result['items'], $left === null ? null : $this->conflicts, $left === null ? [] : $conflicts->all($result['items']));
        $this->tell();
        if ($left !== null) {
            throw $this->conflict();
        }
        $this->check($release, $syntax);
    }

    /**
     * What was resolved for other files than today's is no resolution, and yet somebody's work.
     *
     * @param list<string> $paths in conflict again
     */
    private function keepOutdated(array $paths, string $left): void
    {
        $outdated = array_filter($paths, fn (string $path): bool => is_file($this->work . '/resolutions/' . $path)
            && !(is_file($left . '/' . $path) && hash_file('sha256', $left . '/' . $path) === hash_file('sha256', $this->work . '/resolutions/' . $path)));
        if ($outdated === []) {
            return;
        }
        $kept = $this->conflicts . '-' . Identifier::make();
        if (!@rename($this->conflicts, $kept)) {
            throw Failure::preflight('conflicts', sprintf('"%s" cannot be renamed.', $this->conflicts), 'It holds resolutions that were made for other files than these: move it away.');
        }
        $this->reporter->warning(sprintf("Your files or the releases are others than when these were resolved; the resolutions are kept in %s:\n  %s", $kept, implode("\n  ", array_map(Terminal::safe(...), $outdated))));
    }

    private function tell(): void
    {
        foreach ($this->outcome->items as $item) {
            foreach (MergeOutcome::isNoise($item) ? [] : MergeText::of($item) as $line) {
                $this->reporter->line($line);
            }
        }
        ConflictText::tell($this->outcome->conflicts, $this->reporter);
    }

    /** What the user resolved in the directory that the last run of the same merge left. */
    private function earlier(): ?string
    {
        if (!Files::exists($this->conflicts)) {
            return null;
        }
        if (!Conflicts::isOf($this->conflicts, $this->from, $this->version)) {
            throw Failure::preflight('conflicts', sprintf('"%s" holds no conflicts of a merge from %s to %s.', $this->conflicts, $this->from, $this->version), 'Move it away, or give another directory with --to=DIR.');
        }

        return $this->conflicts;
    }

    /** Each file has the bytes that the merge wrote, and what the user resolved compiles. */
    private function check(string $release, Syntax $syntax): void
    {
        foreach ($this->outcome->items as $item) {
            $file = $release . '/' . $item['path'];
            if ($item['sha256'] !== null && (!is_file($file) || hash_file('sha256', $file) !== $item['sha256'])) {
                throw new Failure(ExitCode::BACKUP, 'contents', sprintf('"%s" has other bytes than the merge wrote.', $file), 'Something else wrote to it, or the disk is failing.');
            }
            $fault = $item['outcome'] === 'resolved' && str_ends_with($item['path'], '.php') && is_file($file) ? $syntax->fault($release, $item['path']) : null;
            if ($fault !== null) {
                throw new Failure(ExitCode::CONFLICT, 'resolution-broken', 'What you resolved does not compile: ' . $fault, sprintf('Edit it in %s.', $this->conflicts));
            }
        }
    }

    private function conflict(): Failure
    {
        $paths = $this->outcome->paths('conflict');

        return new Failure(
            ExitCode::CONFLICT,
            'conflict',
            sprintf("%d of your files and the new release changed the same place:\n  %s", count($paths), implode("\n  ", array_map(Terminal::safe(...), $paths))),
            sprintf('Resolve them in %s: edit each file that has markers (beside it .base, .mine, .theirs); where a release dropped a file, copy the .mine to its name to keep it. Then run the command again. Or decide for all with --on-conflict=new or --on-conflict=mine.', $this->conflicts),
        );
    }

    /** @return list<string> */
    private function followup(): array
    {
        $tool = 'vendor/' . Shop::TOOL;

        return [
            sprintf('In the shop: composer require %s:%s', Shop::TOOL, $this->version),
            sprintf('Then: rm -r %1$s && cp -a %2$s %1$s && chmod 755 %1$s', $tool, escapeshellarg($this->to)),
        ];
    }

    /** @return array<string, mixed> */
    private function toArray(): array
    {
        $isDone = is_dir($this->to) && Files::names($this->to) !== [];

        return [
            'from' => $this->from,
            'to' => $this->version,
            'path' => $isDone ? $this->to : null,
            'merge' => $this->outcome->toArray(),
            'followup' => $isDone ? $this->followup() : [],
        ];
    }
}
