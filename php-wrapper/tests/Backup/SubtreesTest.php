<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Backup;

use Lockstep\MigrationTool\Backup\Subtrees;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class SubtreesTest extends TestCase
{
    use TemporaryDirectory;

    /**
     * @dataProvider trees
     * @param list<string> $live
     * @param list<string> $staged
     * @param list<string> $exclude
     * @param list<string> $expected
     */
    public function testFindsTheLargest(array $live, array $staged, string $path, array $exclude, array $expected): void
    {
        $root = $this->temporaryDirectory();
        foreach (['live' => $live, 'staged' => $staged] as $side => $files) {
            mkdir("$root/$side");
            foreach ($files as $file) {
                @mkdir(dirname("$root/$side/$file"), 0777, true);
                touch("$root/$side/$file");
            }
        }
        $found = Subtrees::find("$root/live", "$root/staged", $path, $exclude);
        sort($found);
        self::assertSame($expected, $found);
    }

    /** @return iterable<string, array{list<string>, list<string>, string, list<string>, list<string>}> */
    public static function trees(): iterable
    {
        $not = ['pub/media', 'pub/static', 'var'];
        yield 'whole top-level entries' => [['a/x', 'b', 'var/log'], ['a/x', 'b'], '.', $not, ['a', 'b']];
        yield 'a directory that holds something left out is entered' => [['pub/media/p', 'pub/index.php'], ['pub/index.php', 'pub/new.php'], '.', $not, ['pub/index.php', 'pub/new.php']];
        yield 'what only the site has is removed' => [['a', 'extra/x'], ['a'], '.', $not, ['a', 'extra']];
        yield 'a directory that only the backup has is added whole' => [[], ['pub/index.php'], '.', $not, ['pub']];
        yield 'one path' => [['vendor/m/t/f'], ['vendor/m/t/f'], 'vendor/m/t', $not, ['vendor/m/t']];
        yield 'one path that the backup does not hold' => [['a'], [], 'a', $not, []];
        yield 'a name that only begins alike' => [['variable/x'], ['variable/x'], '.', $not, ['variable']];
    }
}
