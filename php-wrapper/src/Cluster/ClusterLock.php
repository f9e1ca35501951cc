<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Cluster;

use Lockstep\MigrationTool\Composer\Program;
use Lockstep\MigrationTool\ExitCode;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Reporter;
use Lockstep\MigrationTool\Secrets;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Terminal;

/**
 * The lock of all nodes of a shop, beside the flock, which not every shared file system passes on to the others.
 *
 * Taken while the command does what can be thrown away; confirm() waits for it, and stands before all that cannot. Without
 * Magento or its database there is none: that is told, and the work goes on.
 */
final class ClusterLock
{
    /** A Magento with cold caches takes some; a database that cannot be reached half a minute. */
    private const ANSWER_SECONDS = 60.0;

    private bool $isHeld = false;
    private ?Failure $failure = null;

    private function __construct(
        private ?HolderProcess $holder,
        private readonly NodeRecord $record,
        private readonly Reporter $reporter,
        private string $absent,
    ) {
    }

    /** Begins to take it. The caller holds the flock. */
    public static function start(Shop $shop, string $command, Reporter $reporter): self
    {
        $record = NodeRecord::begin($shop, $command, $reporter);
        if (!is_file($shop->path('app/etc/env.php'))) {
            return new self(null, $record, $reporter, '');
        }
        $holder = HolderProcess::start(Program::php(), $shop->root);

        return new self($holder, $record, $reporter, $holder === null ? 'no process could be started' : '');
    }

    /**
     * Waits until it is ours, and asks whether it still is.
     *
     * @param bool $isFirst nothing has been changed yet
     *
     * @throws Failure another node holds it, or took it from us
     */
    public function confirm(bool $isFirst = true): void
    {
        if ($this->failure !== null) {
            throw $this->failure;
        }
        if ($this->holder === null) {
            $this->tellAbsence();

            return;
        }
        [$word, $why] = $this->isHeld ? [Holder::HELD, ''] : $this->answer($this->holder);
        if ($word === Holder::HELD) {
            $this->isHeld || $this->record->removeOthers();
            $this->isHeld = true;
            $this->holder->ask(); // the first answer may be an hour old
            [$word, $why] = $this->answer($this->holder);
            if ($word === Holder::HELD) {
                return;
            }
            throw $this->failure = new Failure(ExitCode::LOCKED, 'lock-lost', sprintf('The lock of all nodes was lost%s. %s was changed.', $why === '' ? '' : ': ' . rtrim($why, '.'), $isFirst ? 'Nothing' : 'Nothing more'), 'Another node may be at work. Look whether the connection to the lock\'s backend (env.php, "lock"; the database by default) is stable, then run it again.');
        }
        if ($word === Holder::BUSY) {
            $who = implode('; ', array_filter([...$this->record->others(), $why]));
            throw $this->failure = new Failure(ExitCode::LOCKED, 'locked', 'Another node works on this shop' . ($who === '' ? '' : " ($who)") . '. Nothing was changed.', 'Wait until it has ended. Should that node have died, its lock goes with its connection to the lock\'s backend.');
        }
        $this->end(false);
        $this->absent = $why === '' ? sprintf('Magento did not answer within %d seconds', (int) self::ANSWER_SECONDS) : $why;
        $this->tellAbsence();
    }

    /** @return array{string, string} */
    private function answer(HolderProcess $holder): array
    {
        [$word, $why] = $holder->answer(self::ANSWER_SECONDS) ?? ['', $holder->lastWords()];

        return [$word, Terminal::safe(Secrets::mask($why))];
    }

    public function release(): void
    {
        $this->record->end();
        $this->end($this->isHeld);
    }

    private function end(bool $waits): void
    {
        $this->holder?->end($waits);
        $this->holder = null;
    }

    /** Once. A Magento that is not installed has no other nodes. */
    private function tellAbsence(): void
    {
        if ($this->absent !== '') {
            $this->reporter->warning(sprintf('Magento\'s lock of all nodes could not be taken (%s): other nodes of this shop are not kept from writing meanwhile.', rtrim($this->absent, '.')));
            $this->absent = '';
        }
    }
}
