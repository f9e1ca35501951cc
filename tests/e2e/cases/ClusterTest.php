<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Two nodes of a shop that no flock keeps apart: two copies of it that share a lock of Magento's, which is a fake here. */
final class ClusterTest extends ShopTestCase
{
    private const HOLD = 'require "app/bootstrap.php"; $lock = new Magento\Framework\Lock\FakeLock($argv[1]); $lock->lock("lockstep_fixture"); echo "held\n"; fgets(STDIN);';
    /** @var array<int, resource> */
    private array $pipes = [];
    /** @var resource|null */
    private $other;

    protected function tearDown(): void
    {
        $this->endOther();
        parent::tearDown();
    }

    public function testNothingIsDoneWhileAnotherNodeWorks(): void
    {
        $site = $this->shop();
        $this->assertExit(0, $this->magento($site, 'backup'));
        $this->occupy($site);
        $before = $site->snapshot();
        $sets = glob($site->path('var/lockstep/backups/*'));
        mkdir($site->path('var/lockstep/stage/20260101T000000Z-abcdef'), 0700, true);
        $site->put('var/lockstep/maintenance.json', '{"token":"0123456789abcdef","time":1}');

        foreach ([['upgrade'], ['upgrade', '--dry-run'], ['backup'], ['recover'], ['backup:restore', 'latest'], ['undo']] as $command) {
            $this->assertBusy($this->magento($site, ...$command));
        }
        self::assertDirectoryExists($site->path('var/lockstep/stage/20260101T000000Z-abcdef'), 'it may be the other node\'s');
        self::assertFileExists($site->path('var/lockstep/maintenance.json'));
        rmdir($site->path('var/lockstep/stage/20260101T000000Z-abcdef'));
        unlink($site->path('var/lockstep/maintenance.json'));

        $busy = $this->magento($site, 'backup', '--format=json');
        $this->assertBusy($busy);
        self::assertSame('locked', $busy->json()['error']['code'] ?? null, $busy->stdout);
        self::assertSame($sets, glob($site->path('var/lockstep/backups/*')), 'the unfinished set was removed');
        unlink($site->path('var/lockstep/key'));
        $this->assertBusy($this->magento($site, 'backup'));
        self::assertFileDoesNotExist($site->path('var/lockstep/key'), 'two nodes must not make two keys');
        $this->assertUnchanged($before, $site);

        $this->endOther();
        $this->assertExit(0, $this->magento($site, 'upgrade'));
    }

    public function testWhatReadsDoesNotAsk(): void
    {
        $site = $this->shop();
        $this->occupy($site);
        $this->assertExit(0, $this->magento($site, 'status'));
        $this->assertExit(0, $this->magento($site, 'backup:list'));
        $this->assertExit(0, $this->magento($site, 'backup:prune', '--keep-last=1', '--dry-run'));
    }

    public function testTheNodeAtWorkIsNamed(): void
    {
        $site = $this->shop();
        $this->assertExit(0, $this->magento($site, 'backup'));
        $this->occupy($site);
        $now = gmdate('Y-m-d\TH:i:s\Z');
        $site->put('var/lockstep/node-web-b.json', '{"command":"migration:tool:upgrade","started":"' . $now . '","process":{"node":"web-b","pid":4711,"birth":"x"}}');
        $busy = $this->magento($site, 'backup');
        $this->assertBusy($busy);
        self::assertStringContainsString('"migration:tool:upgrade" on web-b, process 4711, begun ' . $now, $busy->stderr);
        self::assertSame(['node-web-b.json'], array_map('basename', glob($site->path('var/lockstep/node-*')) ?: []), 'one\'s own record goes with the command');
    }

    public function testTheRecoveryWithoutMagentoBelievesWhatNodesHaveWritten(): void
    {
        $site = $this->shop();
        $this->assertExit(0, $this->magento($site, 'backup'));
        $this->configure($site, $this->common());
        $recover = fn (): Result => Program::run([...self::php(), 'vendor/bin/lockstep-recover'], $site->root, $this->environment());
        $record = static fn (int $time): string => '{"command":"migration:tool:upgrade","started":"' . gmdate('Y-m-d\TH:i:s\Z', $time) . '","process":{"node":"web-b","pid":4711,"birth":"x"}}';

        $site->put('var/lockstep/node-web-b.json', $record(time() - 60));
        $refused = $recover();
        $this->assertExit(7, $refused);
        self::assertStringContainsString('Another node, "web-b", is at work', $refused->stderr);
        $site->put('var/lockstep/node-web-b.json', $record(time() - 2 * 86400));
        $this->assertExit(0, $recover());

        $site->put('var/lockstep/node-web-b.json', $record(time()));
        $this->assertExit(0, $this->magento($site, 'backup'));
        self::assertFileDoesNotExist($site->path('var/lockstep/node-web-b.json'), 'who holds the lock knows that it died');
        $this->assertExit(0, $recover());
    }

    public function testADeathOnThisNodeIsTold(): void
    {
        $site = $this->shop();
        $this->assertExit(0, $this->magento($site, 'backup'));
        $killed = Program::signalAt('Solve', SIGKILL, [...self::php(), 'bin/magento', 'migration:tool:upgrade', '-n'], $site->root, $this->environment());
        self::assertTrue($killed->killed, (string)$killed);
        $next = $this->magento($site, 'recover');
        $this->assertExit(0, $next);
        self::assertMatchesRegularExpression('/The last command on this node died: "migration:tool:upgrade" on \S+, process \d+, begun /', $next->stderr);
        self::assertStringNotContainsString('died', $this->magento($site, 'recover')->stderr);
    }

    public function testALostLockStopsTheCommit(): void
    {
        $cases = [
            'upgrade' => [['upgrade'], ['var/lockstep/backups/*/backup.json', 1], 'Commit'],
            'undo' => [['undo'], ['var/lockstep/stage/*', 2], 'Commit'],
            'restore' => [['backup:restore', 'latest', '--tool'], ['var/lockstep/stage/*', 2], ''],
        ];
        foreach ($cases as $name => [$command, $loses, $step]) {
            $site = $this->shop();
            if ($name !== 'upgrade') {
                $this->assertExit(0, $this->magento($site, 'upgrade'));
            }
            $this->configure($site, $this->common(), $loses);
            $before = $site->snapshot();
            $lost = $this->magento($site, ...$command);
            $this->assertExit(7, $lost);
            self::assertStringContainsString('The lock of all nodes was lost', $lost->stderr);
            self::assertStringContainsString('Nothing was changed', $lost->stderr);
            self::assertStringContainsString($step, $lost->stderr, 'it was held until then');
            $this->assertUnchanged($before, $site, $name);
            $this->assertNoStageLeft($site);
            self::assertFileDoesNotExist($site->path('var/lockstep/journal'));

            $this->configure($site, $this->common());
            $this->assertExit(0, $this->magento($site, ...$command));
        }
    }

    public function testALostLockEndsABackupAndAPrune(): void
    {
        $site = $this->shop();
        $common = $this->common();
        $this->configure($site, $common);
        foreach ([1, 2, 3] as $unused) {
            $this->assertExit(0, $this->magento($site, 'backup', '--full'));
        }
        $this->configure($site, $common, ['var/lockstep/backups/*', 2]);
        $lost = $this->magento($site, 'backup:prune', '--keep-last=1');
        $this->assertExit(7, $lost);
        self::assertStringContainsString('Nothing more was changed', $lost->stderr);
        self::assertCount(2, glob($site->path('var/lockstep/backups/*')) ?: [], 'the first one was removed while the lock was held');

        $this->configure($site, $common, ['var/lockstep/backups/*', 3]);
        $this->assertExit(7, $this->magento($site, 'backup'));
        self::assertCount(2, glob($site->path('var/lockstep/backups/*')) ?: [], 'the set was not finished');
    }

    public function testWithoutMagentosLockTheWorkGoesOn(): void
    {
        $site = $this->shop();
        $this->configure($site, 'broken');
        $told = $this->magento($site, 'backup');
        $this->assertExit(0, $told);
        self::assertStringContainsString('could not be taken (The fake backend cannot be reached): other nodes of this shop are not kept from writing', $told->stderr);
        self::assertSame(1, substr_count($told->stderr, 'could not be taken'));

        $this->configure($site, '');
        $site->put('app/bootstrap.php', '<?php this does not parse');
        $told = $this->lockstep($site->path('vendor/bin/lockstep'), $site->root, 'backup', '--tool');
        $this->assertExit(0, $told);
        self::assertStringContainsString('could not be taken (syntax error, unexpected identifier', $told->stderr);

        rename($site->path('app/etc/env.php'), $site->path('env.php'));
        $told = $this->lockstep($site->path('vendor/bin/lockstep'), $site->root, 'backup', '--tool');
        $this->assertExit(0, $told);
        self::assertStringNotContainsString('could not be taken', $told->stderr, 'a shop that is not installed has no other nodes');
    }

    public function testNoProcessIsLeft(): void
    {
        $site = $this->shop();
        $this->assertExit(0, $this->magento($site, 'backup'));
        $this->assertExit(4, $this->magento($site, 'backup', '--maintenance'));
        $this->assertExit(0, $this->magento($site, 'recover'));
        for ($look = 0; $look < 100 && ($left = $this->holders($site)) !== []; $look++) {
            usleep(50_000);
        }
        self::assertSame([], $left ?? []);
    }

    private function assertBusy(Result $result): void
    {
        $this->assertExit(7, $result);
        self::assertStringContainsString('Another node works on this shop', $result->stdout . $result->stderr);
        self::assertStringContainsString('Nothing was changed', $result->stdout . $result->stderr);
    }

    /** Another node, whose lock is held until endOther(). */
    private function occupy(Site $site): void
    {
        $common = $this->common();
        $this->configure($site, $common);
        $process = proc_open([...self::php(), '-r', self::HOLD, '--', $common], [['pipe', 'r'], ['pipe', 'w']], $this->pipes, $site->root);
        self::assertIsResource($process);
        $this->other = $process;
        self::assertSame("held\n", fgets($this->pipes[1]));
    }

    private function endOther(): void
    {
        array_map('fclose', $this->pipes);
        $this->pipes = [];
        if ($this->other !== null) {
            proc_close($this->other);
            $this->other = null;
        }
    }

    private function common(): string
    {
        return Site::directory('locks');
    }

    /** @param array{string, int}|null $loses a pattern, and with how many matches the lock is lost */
    private function configure(Site $site, string $directory, ?array $loses = null): void
    {
        $env = require $site->path('app/etc/env.php');
        $env['lock'] = ['provider' => 'fake', 'config' => ['path' => $directory, 'loses' => $loses]];
        $site->put('app/etc/env.php', '<?php return ' . var_export($env, true) . ";\n");
    }

    /** @return list<string> command lines */
    private function holders(Site $site): array
    {
        $found = [];
        foreach (glob('/proc/[0-9]*/cmdline') ?: [] as $file) {
            $line = (string)@file_get_contents($file);
            if (str_contains($line, 'Cluster/Holder.php') && str_contains($line, $site->root)) {
                $found[] = strtr($line, "\0", ' ');
            }
        }

        return $found;
    }
}
