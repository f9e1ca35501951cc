<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use Lockstep\Tests\E2e\Terminal;

/** Passwords and crypt keys of config.xml are in no output, however they are written there. */
final class SecretsTest extends ShopTestCase
{
    private const CONFIG = 'etc/opensource-to-opensource/1.9.4.4/config.xml';

    public function testNoOutputHasThem(): void
    {
        $shop = $this->shop('secret-conflict');
        foreach ([['diff'], ['diff', '.'], ['diff', self::CONFIG], ['diff', '.', '--format=json'], ['status', '-vvv'], ['doctor', '--format=json'], ['upgrade', '--dry-run', '-vvv'], ['upgrade', '--format=json'], ['upgrade', '-vvv']] as $command) {
            $result = $this->magento($shop, ...$command);
            self::assertStringNotContainsString('canary', $result->all(), implode(' ', $command));
        }
        self::assertStringContainsString('password="***"', $this->magento($shop, 'diff', self::CONFIG)->stdout);
        self::assertStringContainsString('canary-element', $shop->get(Site::CONFIG), 'the shop keeps them');
    }

    public function testConflictsShowLinesAndSidesWithoutThem(): void
    {
        $shop = $this->shop('secret-conflict');
        $result = $this->magento($shop, 'upgrade');
        $this->assertExit(3, $result);
        $text = $result->all();
        self::assertMatchesRegularExpression('~config\.xml, lines \d+-\d+~', $text);
        self::assertMatchesRegularExpression("~mine +\\| .*\n(?:.*\n)*? +base +\\| .*magento1.*\n(?:.*\n)*? +theirs \\| .*password=\"\\*\\*\\*\"~", $text);
        self::assertStringContainsString('--interactive', $text);

        $json = $this->magento($shop, 'upgrade', '--format=json', '--dry-run')->json();
        self::assertSame('conflict-open', $json['error']['code']);
        self::assertSame([self::CONFIG], $json['merge']['conflicts']);
        $details = array_column($json['merge']['conflict_details'] ?? [], null, 'path');
        $places = $details[self::CONFIG]['places'];
        self::assertNotSame([], $places);
        self::assertSame(['lines', 'mine', 'base', 'theirs'], array_keys($places[0]));
        self::assertStringContainsString('shop_', implode("\n", array_merge(...array_column($places, 'mine'))));
        self::assertStringContainsString('magento1', implode("\n", array_merge(...array_column($places, 'base'))));
        self::assertStringContainsString('m1_', implode("\n", array_merge(...array_column($places, 'theirs'))));
    }

    public function testTheDialogShowsNone(): void
    {
        $shop = $this->shop('secret-conflict');
        $terminal = new Terminal([...self::php(), 'bin/magento', 'migration:tool:upgrade', '-i', '-vvv'], $shop->root, $this->environment());
        $terminal->answer('[?]', "d\n");
        $terminal->answer('[?]', "m\n");
        self::assertSame(0, $terminal->end(), $terminal->shown);
        self::assertStringNotContainsString('canary', $terminal->shown);
        self::assertStringContainsString('What the release changed:', $terminal->shown);
        self::assertStringContainsString('canary-element', $shop->get(Site::CONFIG));
        $this->assertUpgraded($shop);
        foreach ($this->logs($shop) as $log) {
            self::assertStringNotContainsString('canary', (string)file_get_contents($log), $log);
        }
    }

    /** What is written for people and programs to read later. @return list<string> */
    private function logs(Site $shop): array
    {
        return array_values(array_filter([...(glob($shop->path('var/lockstep/*')) ?: []), ...(glob($shop->path('var/log/*')) ?: [])], 'is_file'));
    }
}
