<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** What differs from the release is found, and what real shops do to whole trees does not drown it. */
final class DetectionTest extends ShopTestCase
{
    private const EDITION = 'etc/opensource-to-opensource';

    public function testEveryKindIsFound(): void
    {
        $shop = $this->shop('untouched');
        $this->edit($shop, 'src/Migration/Config.php', '<?php', "<?php\n// ours");
        $this->edit($shop, 'README.md', '', 'x');
        $shop->put(Site::TOOL . '/etc/own.xml', '<own/>');
        unlink($shop->path(Site::TOOL . '/etc/groups.xsd'));
        unlink($shop->path(Site::TOOL . '/NOTES.txt'));
        symlink('README.md', $shop->path(Site::TOOL . '/NOTES.txt'));
        symlink('../README.md', $shop->path(Site::TOOL . '/etc/link'));
        chmod($shop->path(Site::TOOL . '/composer.json'), 0755);
        $before = $shop->snapshot();

        $result = $this->magento($shop, 'diff', '--format=json');

        $this->assertExit(0, $result);
        $json = $result->json();
        self::assertSame(['NOTES.txt', 'README.md', 'src/Migration/Config.php'], $json['customizations']['modified']);
        self::assertSame(['etc/link', 'etc/own.xml'], $json['customizations']['added']);
        self::assertSame(['etc/groups.xsd'], $json['customizations']['deleted']);
        self::assertSame(['composer.json'], $json['customizations']['noise']['mode']);
        $files = array_column($json['files'], null, 'path');
        self::assertSame(['type', 'file', 'symlink'], [$files['NOTES.txt']['kind'], $files['NOTES.txt']['was'], $files['NOTES.txt']['is']]);
        self::assertSame(['added', null, 'symlink'], [$files['etc/link']['kind'], $files['etc/link']['was'], $files['etc/link']['is']]);

        $text = $this->magento($shop, 'diff')->stdout;
        self::assertStringContainsString("T NOTES.txt (file, now a symlink)\n", $text);
        self::assertStringContainsString("A etc/link (symlink)\n", $text);
        self::assertStringContainsString("D etc/groups.xsd\n", $text);
        self::assertStringContainsString("1 file: only the executable bit differs\n", $text);
        $patch = $this->magento($shop, 'diff', '.')->stdout;
        self::assertStringContainsString("+// ours\n", $patch);
        self::assertStringContainsString("-file\n+symlink to README.md\n", $patch);
        self::assertStringContainsString("+symlink to ../README.md\n", $this->magento($shop, 'diff', 'etc/link')->stdout);
        self::assertStringContainsString("new mode 755\n", $this->magento($shop, 'diff', 'composer.json')->stdout);
        $this->assertUnchanged($before, $shop);
    }

    public function testAWholeTreeWithCrlfIsOneLine(): void
    {
        $shop = $this->shop('untouched');
        $map = self::EDITION . '/1.9.4.4/map.xml';
        copy($shop->path(Site::TOOL . "/$map.dist"), $shop->path(Site::TOOL . "/$map"));
        $copy = self::EDITION . '/settings.xml';
        copy($shop->path(Site::TOOL . "/$copy.dist"), $shop->path(Site::TOOL . "/$copy"));
        $count = $this->toCrlf($shop);
        $this->edit($shop, $map, '</source>', "<!-- Acme -->\r\n</source>");
        $this->edit($shop, 'src/Migration/Config.php', "<?php\r\n", "<?php\r\n// ours\r\n");

        $result = $this->magento($shop, 'status', '--format=json');
        $this->assertExit(0, $result);
        $found = $result->json()['customizations'];
        self::assertSame(['src/Migration/Config.php'], $found['modified']);
        self::assertSame([$map], $found['added']);
        self::assertCount($count - 3, $found['noise']['line_ends']);
        self::assertSame([$copy], $found['noise']['copy']);

        $text = $this->magento($shop, 'diff')->stdout;
        self::assertStringContainsString(sprintf("%d files: only line ends differ (CRLF)\n", $count - 3), $text);
        self::assertLessThan(6, substr_count($text, "\n"), $text);
        self::assertStringContainsString("    README.md\n", $this->magento($shop, 'diff', '-v')->stdout);
        $patch = $this->magento($shop, 'diff', '.')->stdout;
        self::assertLessThan(40, substr_count($patch, "\n"), $patch);
        self::assertStringContainsString("+// ours\n", $patch);
        self::assertStringContainsString("only line ends differ\n", $this->magento($shop, 'diff', 'README.md')->stdout);

        $upgrade = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $upgrade);
        $merge = $upgrade->json()['merge'];
        self::assertSame([$map, 'src/Migration/Config.php'], [...$merge['merged'], ...array_diff($merge['carried'], [])]);
        self::assertNotSame([], $merge['noise']['line_ends']);
        $this->assertUpgraded($shop);
        self::assertStringContainsString("<!-- Acme -->\r\n", $shop->get(Site::MAP));
        foreach (['README.md', "$map.dist", $map, $copy, 'src/Migration/Config.php'] as $path) {
            self::assertDoesNotMatchRegularExpression('/(?<!\r)\n/', $shop->get(Site::TOOL . "/$path"), $path);
        }
        self::assertSame($shop->get(Site::TOOL . "/$copy.dist"), $shop->get(Site::TOOL . "/$copy"));
    }

    public function testWhiteSpaceAloneIsNoCustomizationAndFollowsTheRelease(): void
    {
        $shop = $this->shop('untouched');
        $this->edit($shop, self::EDITION . '/1.9.4.4/map.xml.dist', '    ', "\t");
        $this->edit($shop, 'src/Migration/Logger/Logger.php', '    ', "\t");
        $this->edit($shop, 'README.md', "\n", "\n", true);

        $found = $this->magento($shop, 'status', '--format=json')->json()['customizations'];
        self::assertSame([], $found['modified']);
        self::assertSame([self::EDITION . '/1.9.4.4/map.xml.dist', 'src/Migration/Logger/Logger.php'], $found['noise']['white_space']);
        self::assertSame(['README.md'], $found['noise']['final_newline']);

        $this->assertExit(0, $this->magento($shop, 'upgrade'));
        $this->assertUpgraded($shop);
        self::assertSame([], array_merge(...array_values($this->magento($shop, 'diff', '--format=json')->json()['customizations']['noise'])));
    }

    public function testWhatTheShopLeavesOutStaysOut(): void
    {
        $shop = $this->shop('untouched');
        unlink($shop->path(Site::TOOL . '/README.md'));
        unlink($shop->path(Site::TOOL . '/CHANGELOG.md'));

        $found = $this->magento($shop, 'diff', '--format=json')->json()['customizations'];
        self::assertSame([], $found['deleted']);
        self::assertSame(['CHANGELOG.md', 'README.md'], $found['noise']['left_out']);
        self::assertStringContainsString("2 files: left out: tests, documents, dot files\n", $this->magento($shop, 'diff')->stdout);

        $result = $this->magento($shop, 'upgrade', '--format=json');
        $this->assertExit(0, $result);
        self::assertSame(['CHANGELOG.md', 'README.md'], $result->json()['merge']['noise']['left_out']);
        $this->assertUpgraded($shop);
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/README.md'));
        self::assertFileDoesNotExist($shop->path(Site::TOOL . '/CHANGELOG.md'));
    }

    private function edit(Site $shop, string $path, string $from, string $to, bool $atEnd = false): void
    {
        $text = $shop->get(Site::TOOL . "/$path");
        $shop->put(Site::TOOL . "/$path", match (true) {
            $atEnd => rtrim($text, "\n"),
            $from === '' => $text . $to,
            default => str_replace($from, $to, $text),
        });
    }

    private function toCrlf(Site $shop): int
    {
        $count = 0;
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($shop->path(Site::TOOL), \FilesystemIterator::SKIP_DOTS)) as $file) {
            $text = (string)file_get_contents((string)$file);
            if (str_contains($text, "\n")) {
                file_put_contents((string)$file, str_replace("\n", "\r\n", $text));
                $count++;
            }
        }

        return $count;
    }
}
