<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Upgrade;

use Lockstep\MigrationTool\Upgrade\MergeOutcome;
use Lockstep\MigrationTool\Upgrade\MergeText;
use PHPUnit\Framework\TestCase;

final class MergeTextTest extends TestCase
{
    private const ITEM = ['path' => 'etc/new/map.xml', 'outcome' => 'merged', 'from' => null, 'origin' => null, 'noise' => null, 'reason' => null, 'note' => null, 'repointed' => [], 'sha256' => null];

    public function testAPlainItemIsOneLine(): void
    {
        self::assertSame(['merged    etc/new/map.xml'], MergeText::of(self::ITEM));
    }

    public function testWhatMovedAndWhatItNamesIsTold(): void
    {
        $item = ['from' => 'etc/old/map.xml', 'origin' => 'etc/old/a.xml.dist', 'note' => 'look', 'repointed' => [['from' => 'etc/old/b.xml', 'to' => 'etc/new/b.xml']]] + self::ITEM;

        self::assertSame(
            ['merged    etc/new/map.xml (was etc/old/map.xml; made of etc/old/a.xml.dist; look)', '          it names etc/new/b.xml now, was etc/old/b.xml'],
            MergeText::of($item),
        );
    }

    public function testAPasswordInAReasonIsMasked(): void
    {
        $lines = MergeText::of(['outcome' => 'conflict', 'reason' => 'both sides changed password="s3cret"'] + self::ITEM);

        self::assertStringNotContainsString('s3cret', $lines[0]);
    }

    public function testTheReportListsWhatFollowed(): void
    {
        $moved = ['from' => 'etc/old/map.xml', 'repointed' => [['from' => 'a.xml', 'to' => 'b.xml']], 'note' => 'look'] + self::ITEM;

        $report = (new MergeOutcome([$moved, ['noise' => 'line_ends', 'path' => 'x', 'from' => 'y'] + self::ITEM]))->toArray();

        self::assertSame([['from' => 'etc/old/map.xml', 'to' => 'etc/new/map.xml']], $report['followed']);
        self::assertSame([['file' => 'etc/new/map.xml', 'from' => 'a.xml', 'to' => 'b.xml']], $report['repointed']);
        self::assertSame([['path' => 'etc/new/map.xml', 'origin' => null, 'note' => 'look']], $report['copies']);
        self::assertSame(['etc/new/map.xml'], $report['merged']);
    }
}
