<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Snapshot;
use PHPUnit\Framework\Attributes\Group;

/** SIGKILL at many moments: after the next command the shop is exactly old or exactly new, and works. */
final class KillTest extends ShopTestCase
{
    /** System calls that change the tree, so between which a kill makes a difference. */
    private const CALLS = ['renameat2', 'fsync', 'unlinkat', 'rename,renameat'];

    public function testKilledAtAnyTime(): void
    {
        [$old, $new, $seconds] = $this->ends();
        $killed = 0;
        for ($i = 1; $i <= 12; $i++) {
            $shop = $this->shop();
            $after = $seconds * $i / 12.5;
            $result = $this->killed($shop, $after, 'upgrade');
            $killed += (int)$result->killed;
            $this->assertOldOrNewAfterRecovery($shop, $old, $new, sprintf('killed after %.2f s', $after));
            $shop->remove();
        }
        self::assertGreaterThanOrEqual(4, $killed, 'kills hit a running upgrade');
    }

    public function testInterruptedUpgradesLeaveNothingBehind(): void
    {
        [$old] = $this->ends();
        foreach (['[4/11]' => SIGINT, '[5/11]' => SIGTERM, '[8/11]' => SIGHUP] as $step => $signal) {
            $shop = $this->shop();
            $command = [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'];
            $result = Program::signalAt($step, $signal, $command, $shop->root, $this->environment());
            self::assertNotSame(0, $result->exit, (string)$result);
            self::assertSame([], $old->differences($shop->snapshot()), (string)$result);
            $this->assertNoStageLeft($shop);
            self::assertFileDoesNotExist($shop->path('var/lockstep/journal'));
            $this->assertExit(0, $this->magento($shop, 'upgrade'));
        }
    }

    /** @return array<string, array{list<string>}> */
    public static function recoveries(): array
    {
        return ['bin/magento' => [['bin/magento', 'migration:tool:recover', '-n']], 'rescue program' => [['vendor/bin/lockstep-recover']]];
    }

    /**
     * @dataProvider recoveries
     *
     * @param list<string> $recover
     */
    public function testEditsOfWhatAKilledCommitHadPutInPlaceAreKept(array $recover): void
    {
        $edited = Site::TOOL . '/etc/added-after-the-kill.xml';
        for ($when = 8; $when <= 16; $when++) {
            $shop = $this->shop();
            $this->injected($shop, 'renameat2', $when);
            if (is_file($shop->path('var/lockstep/journal')) && str_contains($shop->get(Site::TOOL . '/composer.json'), '2.4.6.1')) {
                break;
            }
            $shop->remove();
        }
        $shop->put($edited, '<added/>');
        $result = Program::run([...self::php(), ...$recover], $shop->root, $this->environment());
        $this->assertExit(0, $result);
        self::assertFileDoesNotExist($shop->path($edited));
        $kept = $shop->path('var/lockstep/interrupted/root/' . $edited);
        self::assertFileExists($kept, (string)$result);
        self::assertSame('<added/>', file_get_contents($kept));
        self::assertStringContainsString('var/lockstep/interrupted', $result->stdout . $result->stderr);
    }

    /**
     * What Composer had started (unzip, git) outlives a kill of the run, and goes on writing for a while.
     *
     * @dataProvider recoveries
     *
     * @param list<string> $recover
     */
    public function testProgramsThatAKilledRunLeftBehindAreEnded(array $recover): void
    {
        $shop = $this->shop();
        $stage = $shop->path('var/lockstep/stage/20261124T000000Z-abcdef');
        mkdir("$stage/tmp", 0700, true);
        $script = 'i=0; while :; do i=$((i + 1)); mkdir -p "$0/unzip/$i" && : >"$0/unzip/$i/file" || exit; done';
        $straggler = proc_open(['sh', '-c', $script, $stage], [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']], $pipes, $stage, ['TMPDIR' => "$stage/tmp"] + $this->environment());
        self::assertIsResource($straggler);
        usleep(100_000);
        $result = Program::run([...self::php(), ...$recover], $shop->root, $this->environment());
        $running = proc_get_status($straggler)['running'];
        proc_terminate($straggler, SIGKILL);
        proc_close($straggler);
        $this->assertExit(0, $result);
        self::assertFalse($running);
        $this->assertNoStageLeft($shop);
    }

    #[Group('faults')]
    public function testTheRescueProgramNeedsNoVendor(): void
    {
        [$old, $new] = $this->ends();
        $pending = 0;
        for ($when = 4; $when <= 16; $when++) {
            $shop = $this->shop();
            if ($this->injected($shop, 'renameat2', $when)->exit !== 137) {
                break;
            }
            if (is_file($shop->path('var/lockstep/journal'))) {
                $pending++;
                self::assertTrue($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending']);
                $this->assertExit(2, $this->magento($shop, 'status', '--check'));
                self::assertFileExists($shop->path('var/lockstep/journal'), 'status only reads');
            }
            rename($shop->path('vendor/symfony'), $shop->path('var/symfony'));
            $rescue = [...self::php(), $shop->path('vendor/lockstep/module-migration-tool/bin/lockstep-recover'), "--root-dir=$shop->root"];
            $this->assertExit(0, Program::run($rescue, '/', $this->environment()));
            rename($shop->path('var/symfony'), $shop->path('vendor/symfony'));
            $found = $shop->snapshot();
            self::assertContains($found->hash(), [$old->hash(), $new->hash()], implode("\n", $old->differences($found)));
            self::assertFileDoesNotExist($shop->path('var/lockstep/journal'));
            $shop->remove();
        }
        self::assertGreaterThan(0, $pending, 'a kill hit the commit');
    }

    #[Group('faults')]
    public function testKilledAtEachChangingSystemCall(): void
    {
        [$old, $new] = $this->ends();
        $fired = 0;
        $seen = ['old' => 0, 'new' => 0];
        foreach (self::CALLS as $calls) {
            for ($when = 1; $when <= 60; $when = $when < 12 ? $when + 1 : $when + 7) {
                $shop = $this->shop();
                $result = $this->injected($shop, $calls, $when);
                if ($result->exit !== 137) {
                    $this->assertOldOrNewAfterRecovery($shop, $old, $new, "$calls $when");
                    $shop->remove();
                    break; // the command makes fewer such calls: this call is done
                }
                $fired++;
                $seen[$this->assertOldOrNewAfterRecovery($shop, $old, $new, "killed at $calls $when")]++;
                $shop->remove();
            }
        }
        self::assertGreaterThan(15, $fired, 'injections fired');
        self::assertGreaterThan(0, $seen['old']);
        self::assertGreaterThan(0, $seen['new'], 'some kill hit after the commit was decided');
    }

    /** Kills the command itself (not its children) at its N-th call. */
    private function injected(Site $shop, string $calls, int $when): Result
    {
        $log = $shop->path('var/strace');
        $command = ['strace', '-o', $log, '-e', "trace=$calls", '-e', "inject=$calls:signal=SIGKILL:when=$when", ...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'];
        $result = Program::run($command, $shop->root, $this->environment());
        $killed = str_contains((string)file_get_contents($log), '+++ killed by SIGKILL');
        unlink($log);

        return new Result($result->command, $killed ? 137 : $result->exit, $result->stdout, $result->stderr, $killed);
    }

    /** @return array{Snapshot, Snapshot, float} an old and a new shop, seconds of an upgrade */
    private function ends(): array
    {
        static $ends = null;
        if ($ends === null) {
            $shop = $this->shop();
            $old = $shop->snapshot();
            $started = microtime(true);
            $this->assertExit(0, $this->magento($shop, 'upgrade'));
            $ends = [$old, $shop->snapshot(), microtime(true) - $started];
            self::assertNotSame($ends[0]->hash(), $ends[1]->hash());
        }

        return $ends;
    }

    private function assertOldOrNewAfterRecovery(Site $shop, Snapshot $old, Snapshot $new, string $when): string
    {
        $list = Program::run([...self::php(), 'bin/magento', 'list', 'migrate'], $shop->root, $this->environment());
        self::assertSame(0, $list->exit, "the shop boots before recovery, $when\n$list");
        // A backup runs recovery first, as every command that writes does.
        $next = $this->magento($shop, 'backup');
        self::assertSame(0, $next->exit, "$when\n$next");
        $found = $shop->snapshot();
        $isNew = $found->hash() === $new->hash();
        self::assertTrue($isNew || $found->hash() === $old->hash(), sprintf(
            "neither old nor new, %s\nfrom old:\n%s\nfrom new:\n%s",
            $when,
            implode("\n", array_slice($old->differences($found), 0, 20)),
            implode("\n", array_slice($new->differences($found), 0, 20)),
        ));
        self::assertFalse($this->magento($shop, 'status', '--format=json')->json()['recovery']['pending'], $when);
        self::assertFileDoesNotExist($shop->path('var/lockstep/journal'), $when);
        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        self::assertSame([], $new->differences($shop->snapshot()), "upgraded after all, $when");

        return $isNew ? 'new' : 'old';
    }
}
