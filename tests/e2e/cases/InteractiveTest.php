<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Terminal;

/** Conflicts asked one by one on a terminal. */
final class InteractiveTest extends ShopTestCase
{
    private const MAP = 'etc/opensource-to-opensource/1.9.4.4/map.xml';
    private const PROMPT = '[m]ine, [t]heirs, [e]dit, [d]iff, [s]kip, [q]uit, [?]';

    public function testEachConflictIsDecidedAndTheSameRunGoesOn(): void
    {
        $shop = $this->shop('conflict');
        $terminal = $this->terminal($shop, [], '--interactive');
        $terminal->answer(self::PROMPT, "?\n");
        $terminal->answer(self::PROMPT, "d\n");
        $terminal->answer(self::PROMPT, "m\n");
        $terminal->answer(self::PROMPT, "t\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);

        self::assertStringContainsString('Conflict 1 of 2', $terminal->shown);
        self::assertStringContainsString('show what you changed', $terminal->shown);
        self::assertStringContainsString('What the release changed:', $terminal->shown);
        self::assertMatchesRegularExpression('~mine +\| .*deleted upstream|NOTES.txt: deleted upstream, changed here~', $terminal->shown);
        $this->assertUpgraded($shop);
        $this->assertNoStageLeft($shop);
        $sides = [str_contains($shop->get(Site::MAP), 'value="acme"'), file_exists($shop->path(Site::TOOL . '/NOTES.txt'))];
        self::assertContains($sides, [[true, false], [false, true]], 'one was mine, the other theirs');
        self::assertSame([], glob($shop->path('var/lockstep/conflicts/*')));
    }

    public function testTheEditorStartsWithMarkersAndIsAskedAgainUntilItIsSound(): void
    {
        $shop = $this->shop('conflict');
        $editor = $this->editor($shop, <<<'SH'
            n=$(cat "$0.n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$0.n"
            cp "$1" "$0.seen.$n"
            case $n in
                1) ;;
                2) sed -i '/^<<<<<<< /,/^>>>>>>> /c\<broken>' "$1" ;;
                3) sed -i 's/^<broken>$/                    <param name="value" value="edited" \/>/' "$1" ;;
            esac
            SH);
        $terminal = $this->terminal($shop, ['EDITOR' => 'false', 'VISUAL' => $editor], '-i');
        $terminal->answer('NOTES.txt', "m\n"); // in path order it comes first
        $terminal->answer(self::PROMPT, "e\n");
        $terminal->answer('a conflict marker is left in line', "e\n");
        $terminal->answer('not well-formed XML', "e\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);

        self::assertStringContainsString('<<<<<<< ', (string)file_get_contents("$editor.seen.1"));
        $this->assertUpgraded($shop);
        self::assertStringContainsString('value="edited"', $shop->get(Site::MAP));
        self::assertFileExists($shop->path(Site::TOOL . '/NOTES.txt'));
    }

    /** Each side declares a property of the same name, in another place: the lines merge, the class does not compile. */
    public function testEditedPhpMustCompile(): void
    {
        $shop = $this->shop();
        $path = 'src/Migration/Logger/Logger.php';
        $shop->put(Site::TOOL . "/$path", (string)preg_replace('/\}\s*$/', "\n    private int \$level = 100;\n}\n", $shop->get(Site::TOOL . "/$path")));
        $editor = $this->editor($shop, <<<'SH'
            n=$(cat "$0.n" 2>/dev/null || echo 0); n=$((n + 1)); echo $n > "$0.n"
            [ $n = 1 ] || sed -i '/level = 200/d' "$1"
            SH);
        $terminal = $this->terminal($shop, ['EDITOR' => $editor], '-i');
        $terminal->answer(self::PROMPT, "e\n");
        $terminal->answer('Cannot redeclare', "e\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);
        self::assertStringContainsString('$level = 100', $shop->get(Site::TOOL . "/$path"));
        self::assertStringNotContainsString('$level = 200', $shop->get(Site::TOOL . "/$path"));
    }

    public function testFilesOfModulesAreAskedAboutWithTheTool(): void
    {
        $shop = $this->shop('modules');
        $map = 'app/code/Acme/Migration/etc/opensource-to-opensource/1.9.4.4/map.xml';
        $shop->put($map, str_replace('<param name="value" value="0" />', '<param name="value" value="acme" />', $shop->get($map)));
        $shop->put(Site::TOOL . '/NOTES.txt', str_replace('dropped later', 'kept by Acme', $shop->get(Site::TOOL . '/NOTES.txt')));
        $terminal = $this->terminal($shop, [], '-i', '--merge-modules');
        $terminal->answer('NOTES.txt', "m\n");
        $terminal->answer('Conflict 2 of 2', "m\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);
        $this->assertUpgraded($shop);
        self::assertStringContainsString('value="acme"', $shop->get($map));
        self::assertFileExists($shop->path(Site::TOOL . '/NOTES.txt'));
        self::assertDirectoryDoesNotExist($shop->path('var/lockstep/conflicts'));
    }

    public function testWhatIsSkippedStaysOpenAndWhatWasDecidedIsKept(): void
    {
        $shop = $this->shop('conflict');
        $before = $shop->snapshot();
        $terminal = $this->terminal($shop, [], '--interactive');
        $terminal->answer('NOTES.txt', "m\n");
        $terminal->answer(self::PROMPT, "s\n");
        self::assertSame(3, $terminal->end(), $terminal->shown);
        $this->assertUnchanged($before, $shop);

        $terminal = $this->terminal($shop, [], '--interactive');
        $terminal->answer('Conflict 1 of 1', "t\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);
        $this->assertUpgraded($shop);
        self::assertFileExists($shop->path(Site::TOOL . '/NOTES.txt'));
        self::assertStringContainsString('value="1"', $shop->get(Site::MAP));
    }

    public function testQuitAndTheEndOfTheInputStop(): void
    {
        foreach (["q\n", "\x04"] as $typed) {
            $shop = $this->shop('conflict');
            $before = $shop->snapshot();
            $terminal = $this->terminal($shop, [], '--interactive');
            $terminal->answer(self::PROMPT, $typed);
            self::assertSame(3, $terminal->end(), $terminal->shown);
            $this->assertUnchanged($before, $shop);
        }
    }

    public function testWithoutATerminalItIsRefused(): void
    {
        $shop = $this->shop('conflict');
        $before = $shop->snapshot();
        $result = $this->magento($shop, 'upgrade', '--interactive', '--format=json');
        $this->assertExit(4, $result);
        self::assertSame('no-terminal', $result->json()['error']['code']);
        self::assertStringContainsString('--on-conflict', $result->json()['error']['hint']);
        $terminal = $this->terminal($shop, [], '--interactive', '-n');
        self::assertSame(4, $terminal->end(), $terminal->shown);
        $terminal = $this->terminal($shop, [], '--interactive', '--on-conflict=new');
        self::assertSame(4, $terminal->end(), $terminal->shown);
        $this->assertUnchanged($before, $shop);
    }

    /** @param array<string, string> $environment */
    private function terminal(Site $shop, array $environment, string ...$arguments): Terminal
    {
        return new Terminal([...self::php(), 'bin/magento', 'migration:tool:upgrade', ...$arguments], $shop->root, $this->environment($environment));
    }

    private function editor(Site $shop, string $script): string
    {
        $file = $shop->path('var/editor');
        file_put_contents($file, "#!/bin/sh\n$script\n");
        chmod($file, 0755);

        return $file;
    }
}
