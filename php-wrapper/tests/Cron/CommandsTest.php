<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Cron;

use Lockstep\MigrationTool\Cron\Backup;
use Lockstep\MigrationTool\Cron\Check;
use Lockstep\MigrationTool\Cron\Copy;
use Lockstep\MigrationTool\Cron\Job;
use Lockstep\MigrationTool\Cron\Prune;
use Lockstep\MigrationTool\Cron\PruneCopies;
use Lockstep\MigrationTool\Cron\Upgrade;
use Lockstep\MigrationTool\Model\Jobs;
use Lockstep\MigrationTool\Model\Notification;
use Lockstep\MigrationTool\Model\Overview;
use Lockstep\MigrationTool\Model\Program;
use Lockstep\MigrationTool\Model\Settings;
use Lockstep\MigrationTool\Runs\Outcome;
use Lockstep\MigrationTool\Runs\Run;
use Lockstep\MigrationTool\Runs\RunStore;
use Lockstep\MigrationTool\Tests\Model\FakeMail;
use Lockstep\MigrationTool\Tests\Model\Fakes;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use Magento\Framework\FlagManager;
use PHPUnit\Framework\TestCase;

final class CommandsTest extends TestCase
{
    use Fakes;
    use TemporaryDirectory;

    private FakeMail $mail;
    private FlagManager $flags;

    private function root(): string
    {
        $root = $this->temporaryDirectory();
        is_dir($root . '/var/log') || mkdir($root . '/var/log', 0755, true);

        return $root;
    }

    private function overview(Settings $settings): Overview
    {
        return new Overview($settings, self::directories($this->root()), $this->program(), $this->flags);
    }

    private function program(): Program
    {
        return new class () extends Program {
            public function path(): string
            {
                return __DIR__ . '/fake-lockstep.php';
            }
        };
    }

    /**
     * @param class-string<Job>     $class
     * @param array<string, string> $values
     */
    private function job(string $class, array $values): Job
    {
        $this->mail ??= new FakeMail();
        $this->flags ??= self::flags();
        $settings = self::settings($values + ['limits/minutes' => '1', 'notify/recipients' => 'a@example.com, b@example.com']);

        return new $class(new Jobs($settings, self::directories($this->root()), $this->program(), new Notification($settings, $this->mail, self::logger()), $this->overview($settings)), $settings);
    }

    /** @return list<string>|null null: nothing was run */
    private function ran(): ?array
    {
        return array_map(static fn (Run $run): array => $run->command, (new RunStore($this->root()))->all(1))[0] ?? null;
    }

    private function trigger(): ?string
    {
        return (new RunStore($this->root()))->last('check')?->trigger;
    }

    public function testAJobThatIsOffRunsOnlyWhenAskedFor(): void
    {
        $job = $this->job(Check::class, ['check/enabled' => '0']);
        $job->execute();
        self::assertNull($this->ran());
        $job->onRequest();
        self::assertSame(['migration:tool:status', '--check'], $this->ran());
        self::assertSame('request', $this->trigger());
        $this->job(Check::class, ['check/enabled' => '1'])->execute();
        self::assertSame('schedule', $this->trigger());
        self::assertSame([], $this->mail->sent);
    }

    public function testABackupHoldsTheChosenPartsAndTakesNoOptionFromTheDatabase(): void
    {
        $this->job(Backup::class, ['backup/parts' => 'db,tool,full,directory=/x,root-dir=/x', 'backup/strip' => '@log --all', 'backup/directory' => '/backups --x'])->onRequest();
        self::assertSame(['migration:tool:backup', '--tool', '--db', '--directory=/backups --x', '--strip=@log --all'], $this->ran());
        $this->job(Backup::class, ['backup/parts' => 'code', 'backup/strip' => '@log'])->onRequest();
        self::assertSame(['migration:tool:backup', '--code'], $this->ran());
    }

    public function testABackupOfNothingIsRefused(): void
    {
        $this->expectExceptionMessage('Nothing is chosen to back up');
        $this->job(Backup::class, ['backup/parts' => 'full'])->onRequest();
    }

    public function testCopiesAreMadeOfTheBackupsOfTheConfiguredDirectory(): void
    {
        $this->job(Copy::class, ['backup/directory' => '/b'])->onRequest();
        self::assertSame(['migration:tool:backup:copy', '--directory=/b'], $this->ran());
    }

    public function testCopiesArePrunedByTheSameRulesWhereBothAreSwitchedOn(): void
    {
        $on = ['prune/enabled' => '1', 'copy/enabled' => '1', 'prune_copies/enabled' => '1'];
        foreach (array_keys($on) as $one) {
            $this->job(PruneCopies::class, [$one => '0'] + $on + ['prune/keep_last' => '3'])->execute();
            self::assertNull($this->ran(), $one);
        }
        $this->job(PruneCopies::class, $on + ['prune/keep_last' => '3'])->execute();
        self::assertSame(['migration:tool:backup:prune', '--keep-last=3', '--remote'], $this->ran());
    }

    public function testThePruneRulesAreThoseOfTheConfiguration(): void
    {
        $this->job(Prune::class, ['prune/keep_last' => '3', 'prune/keep_daily' => '0', 'prune/keep_weekly' => '-5', 'prune/keep_monthly' => 'x', 'prune/keep_yearly' => '2 --damaged', 'prune/max_size' => '20G', 'backup/directory' => '/b'])->onRequest();
        self::assertSame(['migration:tool:backup:prune', '--keep-last=3', '--keep-yearly=2', '--max-size=20G', '--directory=/b'], $this->ran());
    }

    public function testAnUpgradeThatIsRefusedIsToldByMailOnce(): void
    {
        try {
            $this->job(Upgrade::class, ['notify/sender' => 'general', 'notify/template' => 'lockstep_notify_template'])->onRequest();
            self::fail('Magento\'s list shows it as failed');
        } catch (\RuntimeException $e) {
            self::assertStringContainsString('refused. In the way. Do this.', $e->getMessage());
        }
        self::assertSame(['migration:tool:upgrade', '--strict', '--on-conflict=stop'], $this->ran());
        self::assertCount(1, $this->mail->sent);
        self::assertSame(['a@example.com', 'b@example.com'], $this->mail->sent[0]['to']);
        self::assertSame('refused', $this->mail->sent[0]['outcome']);
        self::assertSame('In the way. Do this.', $this->mail->sent[0]['message']);
    }

    public function testAMailThatCannotBeSentChangesNothing(): void
    {
        $this->mail = new FakeMail(new \Error('no mail here'));
        try {
            $this->job(Upgrade::class, [])->onRequest();
            self::fail('it failed');
        } catch (\RuntimeException $e) {
            self::assertStringContainsString('In the way', $e->getMessage());
        }
        self::assertSame(Outcome::Refused, (new RunStore($this->root()))->last('upgrade')?->outcome());
    }

    public function testWithoutRecipientsNobodyIsTold(): void
    {
        try {
            $this->job(Upgrade::class, ['notify/recipients' => ''])->onRequest();
        } catch (\RuntimeException) {
        }
        self::assertSame([], $this->mail->sent);
    }

    public function testWhatThePagesShowIsGatheredAfterARun(): void
    {
        $this->job(Check::class, [])->onRequest();
        $overview = $this->overview(self::settings([]));
        self::assertSame('2.4.6', $overview->status()['version'] ?? null);
        self::assertSame('', $overview->problem());
        self::assertNotSame('', $overview->taken());
        self::assertSame(['a.xml' => '+a', 'long.xml' => '', 'b.xml' => '+b'], $overview->diffs(), 'one that is too long hides no other');
        self::assertSame(['2', '1'], array_column($overview->backups(), 'id'));
        self::assertNull($overview->runs()[0]->result, 'what was printed stands in the records alone');
    }

    public function testWhatWasKnownStaysWhenTheExtensionIsMissing(): void
    {
        $this->job(Check::class, [])->onRequest();
        $taken = $this->overview(self::settings([]))->taken();
        touch($this->root() . '/no-extension');
        try {
            $this->job(Check::class, [])->onRequest();
            self::fail('it failed');
        } catch (\RuntimeException $e) {
            self::assertStringContainsString('not loaded', $e->getMessage());
        }
        $overview = $this->overview(self::settings([]));
        self::assertSame('2.4.6', $overview->status()['version'] ?? null);
        self::assertSame($taken, $overview->taken());
        self::assertStringContainsString('not loaded', $overview->problem());
        self::assertSame(['2', '1'], array_column($overview->backups(), 'id'));
        self::assertSame(Outcome::Refused, $overview->last('check')?->outcome());
        self::assertStringContainsString('not loaded', $overview->last('check')->message);
    }

    public function testTheLastBackupIsShownHoweverManyChecksCameAfterIt(): void
    {
        $store = new RunStore($this->root());
        $store->save(Run::begin('backup', 'schedule', [], 60)->end(0, '', null));
        for ($i = 0; $i < 30; $i++) {
            $store->save(Run::begin('check', 'schedule', [], 60)->end(0, '', null));
        }
        $this->flags = self::flags();
        $overview = $this->overview(self::settings([]));
        $overview->tellRuns();
        self::assertCount(21, $overview->runs());
        self::assertNotNull($overview->last('backup'));
    }

    public function testAnotherUsersCronIsToldSoOnThePageAndByMail(): void
    {
        if (posix_geteuid() !== 0) {
            self::markTestSkipped('only root can give a directory away');
        }
        $job = $this->job(Check::class, []);
        $this->overview(self::settings([]))->tellRuns();
        chown($this->root(), 65534);
        try {
            $job->onRequest();
            self::fail('it failed');
        } catch (\RuntimeException $e) {
            self::assertStringContainsString('Cron runs as "root"', $e->getMessage());
        }
        self::assertFileDoesNotExist($this->root() . '/var/lockstep');
        self::assertStringContainsString('Cron runs as "root"', $this->overview(self::settings([]))->runs()[0]->message ?? '');
        self::assertCount(1, $this->mail->sent);
    }
}
