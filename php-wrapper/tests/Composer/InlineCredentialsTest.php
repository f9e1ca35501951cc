<?php

declare(strict_types=1);

namespace Lockstep\MigrationTool\Tests\Composer;

use Lockstep\MigrationTool\Composer\InlineCredentials;
use Lockstep\MigrationTool\Shop\Shop;
use Lockstep\MigrationTool\Tests\TemporaryDirectory;
use PHPUnit\Framework\TestCase;

final class InlineCredentialsTest extends TestCase
{
    use TemporaryDirectory;

    public function testAddressesGiveCredentials(): void
    {
        $shop = $this->shop(['https://me:p%40ss@repo.example:8443/x', 'https://plain.example', 'git@github.com:a/b.git']);
        self::assertSame('{"http-basic":{"repo.example:8443":{"username":"me","password":"p@ss"}}}', InlineCredentials::added($shop, ''));
        self::assertSame(
            '{"bearer":{"b.example":"t"},"http-basic":{"repo.example:8443":{"username":"me","password":"p@ss"},"a.example":{"username":"u","password":"p"}}}',
            InlineCredentials::added($shop, '{"bearer":{"b.example":"t"},"http-basic":{"a.example":{"username":"u","password":"p"}}}'),
        );
        self::assertNull(InlineCredentials::added($shop, 'no JSON'), 'Composer itself complains');
    }

    public function testNothingIsAddedWhereAddressesHaveNone(): void
    {
        self::assertNull(InlineCredentials::added($this->shop(['https://plain.example']), '{"bearer":{}}'));
        file_put_contents($this->temporaryDirectory() . '/composer.json', '{');
        self::assertNull(InlineCredentials::added(new Shop($this->temporaryDirectory(), 'vendor'), ''));
    }

    /** @param list<string> $urls */
    private function shop(array $urls): Shop
    {
        $repositories = array_map(static fn (string $url): array => ['type' => 'composer', 'url' => $url], $urls);
        file_put_contents($this->temporaryDirectory() . '/composer.json', json_encode(['repositories' => $repositories]));

        return new Shop($this->temporaryDirectory(), 'vendor');
    }
}
