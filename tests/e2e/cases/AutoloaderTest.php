<?php

declare(strict_types=1);

namespace Lockstep\Tests\E2e\Cases;

use Lockstep\Tests\E2e\Program;
use Lockstep\Tests\E2e\ShopTestCase;
use Lockstep\Tests\E2e\Site;
use PHPUnit\Framework\Attributes\DataProvider;

/** The autoloader stays as it was made: optimized, authoritative, with APCu; and has the bytes that Composer's own dump gives. */
final class AutoloaderTest extends ShopTestCase
{
    private const COMPOSER = 'vendor/composer/';

    /** @return array<string, array{string, list<string>, bool}> kind, options of Composer's own dump, is the map optimized */
    public static function kinds(): array
    {
        return [
            'plain' => ['default', [], false],
            'optimized' => ['optimized', ['--optimize'], true],
            'authoritative' => ['authoritative', ['--classmap-authoritative'], true],
            'APCu with a prefix' => ['apcu', ["--apcu-prefix=acme's"], false],
            'most classes are listed' => ['optimized-few', ['--optimize'], true],
        ];
    }

    /** @param list<string> $options */
    #[DataProvider('kinds')]
    public function testTheResultIsWhatComposersOwnDumpGives(string $kind, array $options, bool $optimized): void
    {
        $shop = $this->shop($kind);
        $before = self::classMap($shop);
        self::assertSame($optimized, isset($before['Migration\Handler\GiftMessage']), 'the sample is what it says');

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        $this->assertUpgraded($shop);
        $after = self::classMap($shop);
        $changed = array_diff_assoc($before, $after) + array_diff_assoc($after, $before);
        $foreign = array_filter($changed, static fn (string $file): bool => !str_starts_with($file, $shop->path(Site::TOOL) . '/'));
        self::assertSame([], $foreign, 'only the tool\'s classes differ');
        self::assertSame($optimized, isset($after['Migration\Step\Acme\Loyalty']), 'the user\'s own class is in an optimized map');
        if ($optimized) {
            self::assertGreaterThan(0, count($changed), 'the release\'s new classes are in the map');
        }

        $ours = self::autoloader($shop);
        $this->assertExit(0, Program::run(['composer', 'dump-autoload', '--no-interaction', '--no-scripts', ...$options], $shop->root, $this->environment(['COMPOSER_ALLOW_SUPERUSER' => '1'])));
        self::assertCount(count(self::classMap($shop)), $after, 'as many classes as Composer finds');
        self::assertSame(self::autoloader($shop), $ours);
    }

    public function testAnAutoloaderThatComposerJsonSaysToOptimizeButIsPlainStaysPlain(): void
    {
        $shop = $this->shop();
        $json = json_decode($shop->get('composer.json'));
        $json->config->{'optimize-autoloader'} = true;
        $shop->put('composer.json', json_encode($json, JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES) . "\n");

        $this->assertExit(0, $this->magento($shop, 'upgrade'));

        self::assertArrayNotHasKey('Migration\Handler\GiftMessage', self::classMap($shop));
        self::assertTrue(json_decode($shop->get('composer.json'))->config->{'optimize-autoloader'});
    }

    /** @return array<string, string> class => file */
    private static function classMap(Site $shop): array
    {
        return (static fn (string $file): array => require $file)($shop->path(self::COMPOSER . 'autoload_classmap.php'));
    }

    /** @return array<string, string> the generated files */
    private static function autoloader(Site $shop): array
    {
        $files = ['autoload.php' => $shop->get('vendor/autoload.php')];
        foreach (glob($shop->path(self::COMPOSER . '*.php')) ?: [] as $file) {
            $files[basename($file)] = (string)file_get_contents($file);
        }
        unset($files['installed.php']); // has the root's git reference of the moment

        return $files;
    }
}
