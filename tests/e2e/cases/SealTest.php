<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;

/** backup.json is authenticated with the shop's key: who changes what a restore leaves alone is found out. */
final class SealTest extends ShopTestCase
{
    public function testAChangedBackupJsonIsFoundOut(): void
    {
        $shop = $this->shop();
        $made = $this->magento($shop, 'backup', '--code', '--format=json')->json();
        self::assertTrue($this->told($shop)['authenticated']);
        $file = $made['path'] . '/backup.json';
        $text = (string)file_get_contents($file);
        $this->assertExit(0, $this->magento($shop, 'backup:verify', 'latest'));

        // one more thing that a restore is to leave alone
        file_put_contents($file, str_replace('"exclude": [', '"exclude": ["vendor", ', $text));
        $this->assertRefused($shop, $made['id'], 'changed after the backup was made');
        file_put_contents($file, str_replace('"magento": "', '"magento": "9', $text));
        $this->assertRefused($shop, $made['id'], 'changed after the backup was made');

        // as an old set would be, without its hash: the archive knows better
        $json = json_decode($text, true);
        unset($json['authentication']);
        $json['parts'][0]['exclude'][] = 'vendor';
        file_put_contents($file, json_encode($json));
        $this->assertRefused($shop, $made['id'], 'taken out');

        // as if sealed with another key: the archive, which this shop's key authenticates, knows better
        $json = json_decode($text, true);
        $json['authentication']['key'] = '0000000000000000';
        $json['parts'][0]['exclude'][] = 'vendor';
        file_put_contents($file, json_encode($json));
        $this->assertRefused($shop, $made['id'], 'another key than the archive');

        // another key is another answer
        array_map(unlink(...), glob($shop->path('var/lockstep/backups/*/verified.json')) ?: []);
        file_put_contents($file, $text);
        $key = $shop->get('var/lockstep/key');
        $shop->put('var/lockstep/key', strrev($key));
        $set = $this->told($shop);
        self::assertNull($set['authenticated']);
        self::assertTrue($set['other_key']);
        self::assertStringContainsString('another key', $set['problem']);
        $refused = $this->magento($shop, 'backup:restore', $made['id'], '--format=json');
        $this->assertExit(8, $refused);
        self::assertSame('unknown-key', $refused->json()['error']['code']);

        $shop->put('var/lockstep/key', $key);
        $this->assertExit(0, $this->magento($shop, 'backup:restore', 'latest'));
        $this->assertExit(0, $this->magento($shop, 'backup', '--code'));
    }

    private function assertRefused(Site $shop, string $id, string $words): void
    {
        array_map(unlink(...), glob($shop->path('var/lockstep/backups/*/verified.json')) ?: []);
        $set = $this->told($shop);
        self::assertSame('damaged', $set['state']);
        self::assertStringContainsString($words, $set['problem']);
        $verify = $this->magento($shop, 'backup:verify', $id);
        $this->assertExit(8, $verify);
        self::assertStringContainsString($words, $verify->all());
        $before = $shop->snapshot();
        $shop->put('vendor/extra.php', 'x');
        $restore = $this->magento($shop, 'backup:restore', $id, '--format=json');
        $this->assertExit(8, $restore);
        self::assertStringContainsString($words, $restore->json()['error']['message']);
        unlink($shop->path('vendor/extra.php'));
        $this->assertUnchanged($before, $shop);
    }

    /** @return array<string, mixed> the only set, as the list tells */
    private function told(Site $shop): array
    {
        return $this->magento($shop, 'backup:list', '--format=json')->json()['backups'][0];
    }
}
