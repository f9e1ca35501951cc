<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\Result;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** Customizations carried from one unpacked release into another, without Composer. */
final class MergeCommandTest extends ShopTestCase
{
    private const MAP = 'etc/opensource-to-opensource/1.9.4.4/map.xml';

    public function testItGivesWhatAnUpgradeGives(): void
    {
        $shop = $this->shop();
        $to = Site::directory('merged') . '/tool';
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'merge', '--pristine=' . $this->zip($shop, '2.4.5'), '--release=' . $this->zip($shop, '2.4.6.1'), "--to=$to", '--format=json');

        $this->assertExit(0, $result);
        $this->assertUnchanged($before, $shop);
        self::assertSame(0700, fileperms($to) & 0777);
        self::assertSame([basename($to)], array_values(array_diff((array)scandir(dirname($to)), ['.', '..'])), 'nothing else is left');
        $json = $result->json();
        self::assertSame(['2.4.5', '2.4.6.1', $to], [$json['from'], $json['to'], $json['path']]);
        self::assertNotSame([], $json['followup']);

        $upgrade = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $upgrade);
        foreach (['carried', 'merged', 'conflicts', 'follows', 'obsolete', 'deleted', 'resolved'] as $outcome) {
            self::assertSame($upgrade->json()['merge'][$outcome], $json['merge'][$outcome], $outcome);
        }
        $this->assertExit(0, Program::run(['diff', '-r', $shop->path(Site::TOOL), $to], '/', $this->environment()));
    }

    /** A host that has neither Composer nor a shop that could be read; directories instead of zips. */
    public function testItNeedsNoComposerAndNoShop(): void
    {
        $shop = $this->shop();
        $place = Site::directory('offline');
        foreach (['2.4.5' => 'old', '2.4.6.1' => 'new'] as $version => $name) {
            Program::run(['unzip', '-q', $this->zip($shop, $version), '-d', "$place/$name"], '/', $this->environment());
        }
        Program::run(['cp', '-a', $shop->path(Site::TOOL), "$place/mine"], '/', $this->environment());
        mkdir("$place/merged"); // empty is as good as absent

        $result = $this->alone($shop, $place, '--mine=mine', '--pristine=old', '--release=new', '--to=merged');

        $this->assertExit(0, $result);
        self::assertStringContainsString('acme_loyalty', (string)file_get_contents("$place/merged/" . self::MAP));
        self::assertStringContainsString('Your files, carried over', $result->stdout);
        self::assertStringNotContainsString('acme_loyalty', (string)file_get_contents("$place/new/" . self::MAP . '.dist'), 'what was given is not changed');
    }

    /** What it works in holds copies of config.xml. */
    public function testAnInterruptedOneLeavesNothing(): void
    {
        $shop = $this->shop();
        $place = Site::directory('interrupted');
        Program::run(['unzip', '-q', $this->zip($shop, '2.4.6.1'), '-d', "$place/new"], '/', $this->environment());
        for ($i = 0; $i < 4000; $i++) { // so that it takes its time
            file_put_contents("$place/new/file-$i", "$i\n");
        }
        $command = [...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:merge', '-n', '--pristine=' . $this->zip($shop, '2.4.5'), '--mine=' . $shop->path(Site::TOOL), '--release=new', '--to=merged'];

        $result = Program::signalAt(' → ', SIGTERM, $command, $place, $this->environment());

        $this->assertExit(1, $result);
        self::assertStringContainsString('Interrupted', $result->stderr);
        self::assertSame(['new'], array_values(array_diff((array)scandir($place), ['.', '..'])));
    }

    public function testConflictsAreLeftBesideAndResolved(): void
    {
        $shop = $this->shop('conflict');
        $to = Site::directory('merged') . '/tool';
        $arguments = ['--pristine=' . $this->zip($shop, '2.4.5'), '--release=' . $this->zip($shop, '2.4.6.1'), "--to=$to"];

        $result = $this->magento($shop, 'merge', ...[...$arguments, '--format=json']);
        $this->assertExit(3, $result);
        clearstatcache();
        self::assertDirectoryDoesNotExist($to);
        $json = $result->json();
        self::assertEqualsCanonicalizing([self::MAP, 'NOTES.txt'], $json['merge']['conflicts']);
        self::assertSame("$to.conflicts", $json['merge']['conflicts_directory']);
        self::assertSame(0700, fileperms("$to.conflicts") & 0777);

        $file = "$to.conflicts/" . self::MAP;
        file_put_contents($file, preg_replace('~<<<<<<<[^\n]*\n.*?>>>>>>>[^\n]*\n~s', "                    <param name=\"value\" value=\"resolved\" />\n", (string)file_get_contents($file)));
        $this->assertExit(3, $this->magento($shop, 'merge', ...$arguments));
        copy("$to.conflicts/NOTES.txt.mine", "$to.conflicts/NOTES.txt");
        $this->assertExit(4, $this->magento($shop, 'merge', '--pristine=' . $this->zip($shop, '2.4.5'), '--release=' . $this->zip($shop, '2.4.6'), "--to=$to"), 'these are the conflicts of another merge');
        $this->assertExit(0, $this->magento($shop, 'merge', ...$arguments));

        self::assertStringContainsString('value="resolved"', (string)file_get_contents("$to/" . self::MAP));
        self::assertStringContainsString('kept by Acme', (string)file_get_contents("$to/NOTES.txt"));
        clearstatcache();
        self::assertDirectoryDoesNotExist("$to.conflicts");

        $other = dirname($to) . '/other';
        $this->assertExit(0, $this->magento($shop, 'merge', ...[...array_slice($arguments, 0, 2), "--to=$other", '--on-conflict=new']));
        self::assertStringContainsString('value="acme"', (string)file_get_contents("$other/" . self::MAP . '.mine'));
    }

    /** What was resolved before another edit is no resolution, and not thrown away. */
    public function testAResolutionForOtherFilesIsKept(): void
    {
        $shop = $this->shop('conflict');
        $to = Site::directory('merged') . '/tool';
        $arguments = ['--pristine=' . $this->zip($shop, '2.4.5'), '--release=' . $this->zip($shop, '2.4.6.1'), "--to=$to"];
        $this->assertExit(3, $this->magento($shop, 'merge', ...$arguments));
        file_put_contents("$to.conflicts/" . self::MAP, "<map><!-- resolved by hand --></map>\n");
        copy("$to.conflicts/NOTES.txt.mine", "$to.conflicts/NOTES.txt");
        $shop->put(Site::MAP, $shop->get(Site::MAP) . "<!-- edited since -->\n");

        $result = $this->magento($shop, 'merge', ...$arguments);
        $this->assertExit(3, $result);

        [$kept] = glob("$to.conflicts-*") ?: [''];
        self::assertStringContainsString('resolved by hand', (string)file_get_contents("$kept/" . self::MAP));
        self::assertSame(0700, fileperms($kept) & 0777);
        self::assertStringContainsString($kept, $result->stderr);
        self::assertStringContainsString('edited since', (string)file_get_contents("$to.conflicts/" . self::MAP . '.mine'));
        self::assertFileExists("$to.conflicts/NOTES.txt", 'what still fits stays resolved');
    }

    public function testWhatMakesNoSenseIsRefused(): void
    {
        $shop = $this->shop();
        $to = Site::directory('merged');
        $old = '--pristine=' . $this->zip($shop, '2.4.5');
        $new = '--release=' . $this->zip($shop, '2.4.6.1');
        touch("$to/not-empty");
        foreach ([
            'not-empty' => [$old, $new, "--to=$to"],
            'pristine' => ['--pristine=' . $this->zip($shop, '2.4.4'), $new, "--to=$to/tool"],
            'no-release' => [$old, '--release=' . $shop->path('app'), "--to=$to/tool"],
            'option' => [$old, $new],
            'no-tool' => [$old, $new, "--to=$to/tool", "--mine=$to/nowhere"],
            'destination' => [$old, $new, "--to=$to/a/b"],
        ] as $code => $arguments) {
            $result = $this->magento($shop, 'merge', ...[...$arguments, '--format=json']);
            $this->assertExit(4, $result);
            self::assertSame($code, $result->json()['error']['code']);
        }
        self::assertSame(['not-empty'], array_values(array_diff((array)scandir($to), ['.', '..'])));
    }

    private function zip(Site $shop, string $version): string
    {
        return dirname($shop->root) . "/repository-" . (preg_match('~/repository-([\w-]+)"~', $shop->get('composer.json'), $match) === 1 ? $match[1] : 'default') . "/dist/magento-data-migration-tool-$version.zip";
    }

    private function alone(Site $shop, string $directory, string ...$arguments): Result
    {
        file_put_contents("$directory/composer", "#!/bin/sh\ntouch $directory/composer-was-run\nexit 1\n");
        chmod("$directory/composer", 0755);
        $result = Program::run([...self::php(), $shop->path('vendor/bin/lockstep'), 'migration:tool:merge', '-n', ...$arguments], $directory, $this->environment(['PATH' => "$directory:/usr/bin:/bin"]));
        self::assertFileDoesNotExist("$directory/composer-was-run");

        return $result;
    }
}
