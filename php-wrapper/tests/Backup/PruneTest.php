<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Backup;

use Lockstep\MigrationTool\Backup\BackupSet;
use Lockstep\MigrationTool\Backup\Origin;
use Lockstep\MigrationTool\Backup\Prune;
use Lockstep\MigrationTool\Backup\PrunePlan;
use Lockstep\MigrationTool\Backup\PruneRules;
use Lockstep\MigrationTool\Failure;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class PruneTest extends TestCase
{
    use TemporaryDirectory;

    private const DAY = 86400;

    public function testKeepsTheLastOfEachPart(): void
    {
        $sets = [$this->set('20260101T010000Z', ['code']), $this->set('20260102T010000Z', ['tool']), $this->set('20260103T010000Z', ['tool']), $this->set('20260104T010000Z', ['tool']), $this->set('20260105T010000Z', ['tool'])];
        $plan = $this->plan($sets, new PruneRules(last: 2));
        self::assertSame(['20260101', '20260104', '20260105'], self::days($plan->kept));
        self::assertSame(['newest code', 'last code 1'], $plan->kept[0]['reasons']);
        self::assertSame(['20260102', '20260103'], self::days($plan->removed));
    }

    public function testKeepsTheNewestOfEachDay(): void
    {
        $sets = [];
        foreach ([1, 2, 3, 5, 6] as $day) { // no backup on the 4th
            foreach (['000000', '120000', '235959'] as $time) {
                $sets[] = $this->set(sprintf('202602%02dT%sZ', $day, $time));
            }
        }
        $plan = $this->plan($sets, new PruneRules(daily: 4));
        self::assertSame(['20260202T235959Z', '20260203T235959Z', '20260205T235959Z', '20260206T235959Z'], self::times($plan->kept));
        self::assertCount(11, $plan->removed);
    }

    public function testWeeksAreThoseOfIso(): void
    {
        // 2027-01-03 is a Sunday, of week 53 of 2026, as is 2026-12-28
        $sets = array_map($this->set(...), ['20261227T010000Z', '20261228T010000Z', '20261231T010000Z', '20270103T010000Z', '20270104T010000Z']);
        $plan = $this->plan($sets, new PruneRules(weekly: 3));
        self::assertSame(['20261227', '20270103', '20270104'], self::days($plan->kept));
        self::assertSame(['weekly tool 2026-W53'], $plan->kept[1]['reasons']);
    }

    public function testMonthsAndYears(): void
    {
        $sets = [];
        for ($month = 0; $month < 40; $month++) {
            $sets[] = $this->set(sprintf('%04d%02d15T120000Z', 2023 + intdiv($month, 12), 1 + $month % 12));
        }
        $plan = $this->plan($sets, new PruneRules(monthly: 3, yearly: 10));
        self::assertSame(['20231215', '20241215', '20251215', '20260215', '20260315', '20260415'], self::days($plan->kept));
        self::assertSame(['newest tool', 'monthly tool 2026-04', 'yearly tool 2026'], $plan->kept[5]['reasons']);
    }

    public function testASetOfManyReasonsIsCountedByEachRule(): void
    {
        $sets = [];
        for ($day = 1; $day <= 28; $day++) {
            $sets[] = $this->set(sprintf('202602%02dT010000Z', $day), $day % 7 === 1 ? ['tool', 'code'] : ['tool']);
        }
        $plan = $this->plan($sets, new PruneRules(last: 3, daily: 2, weekly: 2));
        self::assertSame(['20260208', '20260215', '20260222', '20260226', '20260227', '20260228'], self::days($plan->kept));
        self::assertEqualsCanonicalizing(['newest code', 'last code 1', 'daily code 2026-02-22', 'weekly tool 2026-W08', 'weekly code 2026-W08'], $plan->kept[2]['reasons']);
    }

    public function testTheOldestGoUntilTheRestFits(): void
    {
        $sets = [];
        for ($day = 1; $day <= 6; $day++) {
            $sets[] = $this->set(sprintf('202602%02dT010000Z', $day), ['tool'], 1000);
        }
        $each = $sets[0]->files->bytes;
        $plan = $this->plan($sets, new PruneRules(maxBytes: 3 * $each));
        self::assertSame(['20260204', '20260205', '20260206'], self::days($plan->kept));
        self::assertSame(3 * $each, $plan->freed());
        self::assertSame(3 * $each, $plan->bytes);
        self::assertSame('more than --max-size', $plan->removed[0]['reason']);

        $plan = $this->plan($sets, new PruneRules(last: 5, maxBytes: 3 * $each - 1));
        self::assertSame(['20260205', '20260206'], self::days($plan->kept));
        $plan = $this->plan($sets, new PruneRules(maxBytes: 1), [20260203 => 'backup of the last upgrade']);
        self::assertSame(['20260203', '20260206'], self::days($plan->kept), 'what is protected stays, whatever the size');
        self::assertGreaterThan(1, $plan->bytes);
    }

    public function testTheNewestGoodSetOfEachPartStays(): void
    {
        $media = $this->set('20200101T000000Z', ['media']);
        $db = $this->set('20200102T000000Z', ['tool', 'code']);
        $bad = $this->set('20260101T000000Z', ['code']);
        file_put_contents($bad->path . '/code.tar.zst', 'shorter');
        $plan = $this->plan([$media, $db, BackupSet::read($bad->path), $this->set('20260102T000000Z', ['tool'])], new PruneRules(last: 1, damaged: true));
        self::assertSame(['20200101', '20200102', '20260102'], self::days($plan->kept), 'the newer code backup is damaged');
        self::assertSame(['20260101'], self::days($plan->removed));
        self::assertStringStartsWith('damaged: ', $plan->removed[0]['reason']);
    }

    public function testWhatIsFoundBadDoesNotPushAGoodOneOut(): void
    {
        $good = $this->set('20260101T000000Z');
        $bad = $this->set('20260102T000000Z');
        file_put_contents($bad->path . '/verified.json', '{"time":"2026-02-01T00:00:00Z","ok":false}');
        $plan = $this->plan([$good, BackupSet::read($bad->path)], new PruneRules(last: 1));
        self::assertSame(['20260101', '20260102'], self::days($plan->kept));
        self::assertStringContainsString('found bad', $plan->kept[1]['reasons'][0]);

        $tampered = $this->set('20260103T000000Z');
        $plan = $this->plan([$good, $tampered], new PruneRules(last: 1), [], [$tampered->id => $this->origin('damaged')]);
        self::assertSame(['20260101', '20260103'], self::days($plan->kept));
    }

    public function testUnfinishedSetsGoWhenTheyAreADayOld(): void
    {
        $now = (int) strtotime('2026-03-01T00:00:00Z');
        $old = $this->unfinished('20260201T000000Z', $now - self::DAY - 1);
        $running = $this->unfinished('20260202T000000Z', $now - self::DAY + 1);
        $plan = $this->plan([$old, $running, $this->set('20260203T000000Z')], new PruneRules(last: 1), [], [], $now);
        self::assertSame(['20260201'], self::days($plan->removed));
        self::assertSame(['20260202', '20260203'], self::days($plan->kept));
    }

    public function testNothingOfOthersIsTouched(): void
    {
        $sets = [$this->set('20260101T000000Z'), $this->set('20260102T000000Z'), $this->set('20260103T000000Z'), $this->set('20260104T000000Z')];
        file_put_contents($sets[0]->path . '/holiday.jpg', '');
        mkdir($sets[1]->path . '/tool.tar.zst.d');
        $sets = array_map(static fn (BackupSet $set): BackupSet => BackupSet::read($set->path), $sets);
        $plan = $this->plan($sets, new PruneRules(last: 1, damaged: true), [], [$sets[2]->id => $this->origin('other')]);
        self::assertSame([], $plan->removed);
        self::assertSame([$sets[0]->id, $sets[1]->id, $sets[2]->id], array_column($plan->ignored, 'name'));
        self::assertStringContainsString('holiday.jpg', $plan->ignored[0]['reason']);
    }

    public function testTheOrderInWhichSetsAreGivenDoesNotMatter(): void
    {
        $sets = [];
        for ($hour = 0; $hour < 100; $hour++) {
            $sets[] = $this->set(gmdate('Ymd\THis\Z', 1770000000 + $hour * 5000), $hour % 3 === 0 ? ['tool'] : ['tool', 'code']);
        }
        $rules = new PruneRules(last: 3, daily: 3, weekly: 2);
        $expected = $this->plan($sets, $rules);
        shuffle($sets);
        self::assertEquals($expected, $this->plan($sets, $rules));
        $again = array_values(array_filter($sets, static fn (BackupSet $set): bool => in_array($set->id, array_column($expected->kept, 'id'), true)));
        self::assertSame([], $this->plan($again, $rules)->removed, 'a second prune finds nothing to do');
    }

    public function testARuleIsNeeded(): void
    {
        foreach ([new PruneRules(), new PruneRules(damaged: true)] as $rules) {
            try {
                $this->plan([$this->set('20260101T00000' . random_int(0, 9) . 'Z')], $rules);
                self::fail('no rule');
            } catch (Failure $e) {
                self::assertSame([4, 'no-rule'], [$e->exitCode, $e->error]);
            }
        }
    }

    public function testSizes(): void
    {
        foreach (['0' => 0, '1500' => 1500, '2K' => 2000, '1.5G' => 1_500_000_000, '3tb' => 3_000_000_000_000, '20M' => 20_000_000] as $text => $bytes) {
            self::assertSame($bytes, PruneRules::bytes((string) $text));
        }
        foreach (['', '-1', 'G', '1Q', '1 G', '1e9', "1\n"] as $text) {
            try {
                PruneRules::bytes($text);
                self::fail($text);
            } catch (Failure $e) {
                self::assertSame(4, $e->exitCode);
            }
        }
    }

    /**
     * @param list<BackupSet>       $sets
     * @param array<int, string>    $protected day => reason
     * @param array<string, Origin> $origins
     */
    private function plan(array $sets, PruneRules $rules, array $protected = [], array $origins = [], ?int $now = null): PrunePlan
    {
        $byId = [];
        foreach ($sets as $set) {
            if (isset($protected[(int) substr($set->id, 0, 8)])) {
                $byId[$set->id] = $protected[(int) substr($set->id, 0, 8)];
            }
        }

        return Prune::plan($sets, $origins, $rules, $byId, $now ?? time());
    }

    /** @param list<string> $parts */
    private function set(string $time, array $parts = ['tool'], int $length = 3): BackupSet
    {
        $id = $time . '-1a2b3c';
        $path = $this->temporaryDirectory() . '/' . $id;
        is_dir($path) || mkdir($path);
        $data = [];
        foreach ($parts as $part) {
            file_put_contents("$path/$part.tar.zst", str_repeat('x', $length));
            $data[] = ['name' => $part, 'file' => "$part.tar.zst", 'path' => '.', 'exclude' => [], 'files' => 1, 'bytes' => 1, 'stored_bytes' => $length, 'sha256' => ''];
        }
        file_put_contents("$path/backup.json", json_encode(['id' => $id, 'parts' => $data]));

        return BackupSet::read($path);
    }

    private function unfinished(string $time, int $changed): BackupSet
    {
        $path = $this->temporaryDirectory() . '/' . $time . '-1a2b3c';
        mkdir($path);
        foreach (['.lks-0123456789abcdef', '.code.tar.zst.0123456789abcdef', '.db.tar.zst.fedcba9876543210'] as $half) {
            file_put_contents($path . '/' . $half, 'half');
            touch($path . '/' . $half, $changed);
        }
        touch($path, $changed);
        clearstatcache();

        return BackupSet::read($path);
    }

    private function origin(string $status): Origin
    {
        return new Origin($status, 'told so');
    }

    /**
     * @param list<array<string, mixed>> $list
     * @return list<string>
     */
    private static function days(array $list): array
    {
        return array_map(static fn (string $time): string => substr($time, 0, 8), self::times($list));
    }

    /**
     * @param list<array<string, mixed>> $list
     * @return list<string>
     */
    private static function times(array $list): array
    {
        return array_map(static fn (mixed $id): string => is_string($id) ? substr($id, 0, 16) : '', array_column($list, 'id'));
    }
}
